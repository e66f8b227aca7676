import { Counter, Gauge, type Registry } from 'prom-client'
import type { ReloadResult } from '../config/live.ts'

const results: readonly ReloadResult[] = ['applied', 'unchanged', 'refused']

/** Whether what serves is what the files say. Named as Prometheus names its own. */
export function createConfigMetrics(registry: Registry) {
  const registers = [registry]
  const info = new Gauge({
    name: 'switchback_config_info',
    help: 'Always 1; the label is the version of the configuration in force. Gateways of one fleet should show one version.',
    labelNames: ['version'] as const,
    registers,
  })
  const reloads = new Counter({
    name: 'switchback_config_reloads_total',
    help: 'Looks at the configuration files that came to something, by result: applied, unchanged or refused.',
    labelNames: ['result'] as const,
    registers,
  })
  // A counter that begins with its first event shows no increase of it.
  for (const result of results) reloads.inc({ result }, 0)
  const successful = new Gauge({
    name: 'switchback_config_last_reload_successful',
    help: '1 while the files on disk are what serves, 0 while they are refused and the last good configuration goes on: no edit takes effect, a renewed certificate neither.',
    registers,
  })
  const succeededAt = new Gauge({
    name: 'switchback_config_last_reload_success_timestamp_seconds',
    help: 'When the files on disk were last found good: seconds since the Unix epoch.',
    registers,
  })

  return {
    inForce(version: string): void {
      info.reset()
      info.set({ version }, 1)
    },
    /** `at` in wall-clock milliseconds. */
    reloaded(result: ReloadResult, at: number): void {
      reloads.inc({ result })
      successful.set(result === 'refused' ? 0 : 1)
      if (result !== 'refused') succeededAt.set(at / 1000)
    },
  }
}
