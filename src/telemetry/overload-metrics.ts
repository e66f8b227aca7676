import { Gauge, type Registry } from 'prom-client'
import type { PlaceKind, Places } from '../limits/places.ts'
import type { SheddingStatus } from '../limits/shedding.ts'

/** A route as far as its places go. */
interface PlacedRoute {
  readonly config: { readonly name: string }
  readonly places: Readonly<Record<PlaceKind, Places | null>>
}

/** How full the routes are and how much is shed, read when somebody asks. */
export function createOverloadMetrics(registry: Registry) {
  const registers = [registry]
  let routes: () => readonly PlacedRoute[] = () => []
  let shedding: () => SheddingStatus | null = () => null

  function gauge(name: string, help: string, numberOf: (places: Places) => number): void {
    new Gauge({
      name,
      help,
      labelNames: ['route', 'kind'] as const,
      registers,
      collect() {
        this.reset()
        for (const { config, places } of routes()) {
          for (const [kind, room] of Object.entries(places)) {
            if (room !== null) this.set({ route: config.name, kind }, numberOf(room))
          }
        }
      },
    })
  }

  gauge(
    'switchback_places_taken',
    'Requests and WebSockets under way on routes that limit them.',
    places => places.taken(),
  )
  gauge(
    'switchback_places_limit',
    'How many requests and WebSockets there may be at once, over all workers.',
    places => places.limit,
  )
  new Gauge({
    name: 'switchback_shedding_ratio',
    help: 'Share of requests that the worst worker refuses because its event loop is late, 0 to 0.9: above 0 clients get 503.',
    aggregator: 'max',
    registers,
    collect() {
      this.set((shedding()?.percent ?? 0) / 100)
    },
  })

  return {
    watch(routesInForce: typeof routes, status: typeof shedding): void {
      routes = routesInForce
      shedding = status
    },
  }
}
