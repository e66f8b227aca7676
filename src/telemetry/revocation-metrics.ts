import { Counter, Gauge, type Registry } from 'prom-client'

/** What is known of revoked tokens; the refusals themselves are among those of the identity door. */
export function createRevocationMetrics(registry: Registry) {
  const registers = [registry]
  let counts: () => ReadonlyMap<string, number> = () => new Map()
  new Gauge({
    name: 'switchback_revocations',
    help: 'Revocations in force on this machine, by what they name: jti, sub or sid.',
    labelNames: ['kind'] as const,
    registers,
    collect() {
      this.reset()
      for (const [kind, count] of counts()) this.set({ kind }, count)
    },
  })

  return {
    waiting: new Gauge({
      name: 'switchback_revocations_waiting',
      help: '1 while the shared store has revocations for which there is no room here: those tokens pass.',
      registers,
    }),
    refused: new Counter({
      name: 'switchback_revocations_refused_total',
      help: 'Revocations that came to nothing: bad-request, revocations-full or store-down of the API, bad-record in a store.',
      labelNames: ['reason'] as const,
      registers,
    }),
    watch(source: () => ReadonlyMap<string, number>): void {
      counts = source
    },
  }
}

export type RevocationMetrics = ReturnType<typeof createRevocationMetrics>
