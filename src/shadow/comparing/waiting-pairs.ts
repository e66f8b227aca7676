import type { KeptBody, Pair } from '../pair.ts'
import type { RouteState } from './compared-routes.ts'

/** A pair that was taken over, with whom to tell when it is done. */
export interface HeldPair {
  readonly pair: Pair<KeptBody>
  readonly onDone: () => void
}

export interface HeldBatch {
  readonly route: RouteState
  /** Those that are not done yet, oldest first. */
  readonly held: HeldPair[]
}

/** Pairs and bytes of bodies that go to the thread together. */
const maxBatchPairs = 128
const maxBatchBytes = 256 * 1024

interface Waiting {
  held: HeldPair[]
  bytes: number
}

/** Pairs that wait to be sent to the thread, by route; the route that was served last is served last again. */
export function createWaitingPairs() {
  const byRoute = new Map<RouteState, Waiting>()

  const isFull = ({ held, bytes }: Waiting) =>
    held.length >= maxBatchPairs || bytes >= maxBatchBytes

  return {
    /** Returns whether a batch of this route is full. */
    add(route: RouteState, each: HeldPair): boolean {
      let waiting = byRoute.get(route)
      if (waiting === undefined) {
        waiting = { held: [], bytes: 0 }
        byRoute.set(route, waiting)
      }
      waiting.held.push(each)
      waiting.bytes += bytesOf(each)
      return isFull(waiting)
    },
    /** The next batch; null where there is none, or with `fullOnly` none that is full. */
    take(fullOnly: boolean): HeldBatch | null {
      for (const [route, waiting] of byRoute) {
        if (fullOnly && !isFull(waiting)) continue
        byRoute.delete(route)
        let bytes = 0
        const count = waiting.held.findIndex(each => {
          const isEnough = bytes >= maxBatchBytes
          bytes += bytesOf(each)
          return isEnough
        })
        const held = waiting.held.splice(
          0,
          count === -1 ? maxBatchPairs : Math.min(count, maxBatchPairs),
        )
        if (waiting.held.length > 0) {
          waiting.bytes = waiting.held.reduce((sum, each) => sum + bytesOf(each), 0)
          byRoute.set(route, waiting)
        }
        return { route, held }
      }
      return null
    },
    takeAll(): HeldBatch[] {
      const all = [...byRoute].map(([route, { held }]) => ({ route, held }))
      byRoute.clear()
      return all
    },
  }
}

function bytesOf({ pair: { a, b } }: HeldPair): number {
  return lengthOf(a.body ?? []) + lengthOf(b.body ?? [])
}

function lengthOf(body: KeptBody): number {
  return body.reduce((sum, { length }) => sum + length, 0)
}
