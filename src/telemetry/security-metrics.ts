import { Counter, Gauge, type Registry } from 'prom-client'
import type { SecurityEvent } from '../security/event.ts'

/** One client, or all together. Clients themselves are no labels: there are as many as like to come. */
function scopeOf({ client }: SecurityEvent): 'client' | 'all' {
  return client === null ? 'all' : 'client'
}

/** What became of refusals that were too many. */
export function createSecurityMetrics(registry: Registry) {
  const registers = [registry]
  let lasting: () => readonly SecurityEvent[] = () => []
  const events = new Counter({
    name: 'switchback_security_events_total',
    help: 'Security events that began on this machine, by kind and scope: one client, or all together.',
    labelNames: ['kind', 'scope'] as const,
    registers,
  })
  new Gauge({
    name: 'switchback_security_events_lasting',
    help: 'Security events that last, by kind and scope.',
    labelNames: ['kind', 'scope'] as const,
    registers,
    collect() {
      this.reset()
      for (const event of lasting()) this.inc({ kind: event.kind, scope: scopeOf(event) })
    },
  })

  return {
    began: (event: SecurityEvent): void => events.inc({ kind: event.kind, scope: scopeOf(event) }),
    /** Where those that last are found when somebody asks. */
    watch(found: typeof lasting): void {
      lasting = found
    },
  }
}
