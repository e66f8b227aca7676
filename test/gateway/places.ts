import type { RouteStatus } from '../../src/fleet/planes.ts'
import type { PlaceKind } from '../../src/limits/places.ts'
import type { RunningGateway } from '../../src/run.ts'

/** The places of one route of a gateway with one worker. */
export async function placesOf(
  gateway: Pick<RunningGateway, 'status'>,
  route = 'main',
): Promise<RouteStatus['places'] | undefined> {
  const [worker] = await gateway.status()
  return worker?.routes.find(each => each.route === route)?.places
}

/** Resolves once so many places are taken. */
export async function placesTaken(
  gateway: Pick<RunningGateway, 'status'>,
  count: number,
  kind: PlaceKind = 'requests',
): Promise<void> {
  while ((await placesOf(gateway))?.[kind]?.taken !== count) {
    await new Promise(resolve => setImmediate(resolve))
  }
}
