import { Gauge, type Registry } from 'prom-client'
import type { FlagSourceStatus } from '../cohort/flag-source.ts'

/** How the flags fare, read when somebody asks. */
export function createFlagMetrics(registry: Registry) {
  const registers = [registry]
  let status: () => FlagSourceStatus | null = () => null
  new Gauge({
    name: 'switchback_flag_source_up',
    help: '1 while the flag source answers, 0 while flags come from the last good state: nobody changes variant, and what is moved in Unleash has no effect here.',
    registers,
    // Over workers: the worst that one of them has.
    aggregator: 'min',
    collect() {
      const now = status()
      this.set(now !== null && now.failure === null ? 1 : 0)
    },
  })
  new Gauge({
    name: 'switchback_flag_source_last_update_timestamp_seconds',
    help: 'When the flags of the worker that is furthest behind were last known to be as Unleash has them: seconds since the Unix epoch; absent for flags in files.',
    registers,
    aggregator: 'min',
    collect() {
      const at = status()?.lastUpdated ?? null
      if (at === null) this.remove()
      else this.set(at / 1000)
    },
  })

  return {
    /** The status of the source in force; null before there is one. */
    watch(source: typeof status): void {
      status = source
    },
  }
}
