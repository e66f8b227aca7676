import type { PlaneStatus } from '../fleet/planes.ts'
import { placeKinds } from '../limits/places.ts'

const nouns = { requests: 'requests', websockets: 'WebSockets' } as const

/** Who has no room just now, a sentence each; none where everybody has. */
export function overloadInWords(workers: readonly PlaneStatus[]): string[] {
  return workers.flatMap(({ pid, shedding, routes }) => {
    const sentences: string[] = []
    if (shedding !== null && shedding.percent > 0) {
      const { percent, lagMs, maxLagMs } = shedding
      sentences.push(
        `worker ${pid} refuses ${percent} % of its requests: its event loop is ${lagMs} ms late, allowed ${maxLagMs} ms`,
      )
    }
    for (const { route, places } of routes) {
      for (const kind of placeKinds) {
        const room = places[kind]
        if (room === null || room.taken < room.limit) continue
        const { taken, limit } = room
        sentences.push(
          `worker ${pid} is full on ${route}: ${taken} ${nouns[kind]} of at most ${limit}`,
        )
      }
    }
    return sentences
  })
}
