import { Gauge, type Registry } from 'prom-client'

/** Of the store that machines share. */
export function createStoreMetrics(registry: Registry) {
  let up: boolean | null = null
  new Gauge({
    name: 'switchback_shared_store_up',
    help: '1 while Redis answers, 0 while this machine guards alone: it hears of no switch back elsewhere, and rate limits hold by shares. Absent without store.redis.',
    registers: [registry],
    collect() {
      if (up === null) this.remove()
      else this.set(up ? 1 : 0)
    },
  })

  return {
    /** Whether the shared store answers; not to be called where there is none. */
    shared(isUp: boolean): void {
      up = isUp
    },
  }
}
