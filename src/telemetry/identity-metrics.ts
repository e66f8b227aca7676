import { Counter, Gauge, type Registry } from 'prom-client'

/** Keys of one address; `ageSeconds` null while there are none. */
interface KeySetAge {
  readonly jwks: string
  readonly ageSeconds: number | null
}

/** What is known of the keys by which tokens are verified. Addresses are the operator's own, so they may be labels. */
export function createIdentityMetrics(registry: Registry) {
  const registers = [registry]
  const labelNames = ['jwks'] as const
  let keySets: () => readonly KeySetAge[] = () => []
  new Gauge({
    name: 'switchback_jwks_age_seconds',
    help: 'Seconds since the keys in force were last confirmed by their address; absent while there are none.',
    labelNames,
    registers,
    // Over workers: the worst that one of them has.
    aggregator: 'max',
    collect() {
      this.reset()
      for (const { jwks, ageSeconds } of keySets()) {
        if (ageSeconds !== null) this.set({ jwks }, ageSeconds)
      }
    },
  })
  new Gauge({
    name: 'switchback_jwks_up',
    help: '1 while there are keys of this address, 0 while its callers get 503.',
    labelNames,
    registers,
    aggregator: 'min',
    collect() {
      this.reset()
      for (const { jwks, ageSeconds } of keySets()) this.set({ jwks }, ageSeconds === null ? 0 : 1)
    },
  })

  return {
    fetches: new Counter({
      name: 'switchback_jwks_fetches_total',
      help: 'Fetches of keys, by what came of them.',
      labelNames: ['jwks', 'result'] as const,
      registers,
    }),
    watch(source: () => readonly KeySetAge[]): void {
      keySets = source
    },
  }
}
