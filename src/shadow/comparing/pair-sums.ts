import type { NotCompared } from '../difference.ts'
import type { Compared } from '../report.ts'
import { createSignatureTable } from './signature-table.ts'
import type { SumsResult } from './thread-messages.ts'
import type { ToldPlaces } from './told-places.ts'

/** Adds up what came of pairs of one route and sort, until it is taken. */
export function createPairSums(told: Pick<ToldPlaces, 'nameOf'>) {
  const signatures = createSignatureTable(told)
  let pairs = 0
  let notCompared = new Map<NotCompared, number>()
  let latency = new Map<string, number>()

  function addNotCompared(reason: NotCompared, count: number): void {
    notCompared.set(reason, (notCompared.get(reason) ?? 0) + count)
  }

  return {
    addNotCompared,
    addLatency(bucket: string): void {
      latency.set(bucket, (latency.get(bucket) ?? 0) + 1)
    },
    add(result: SumsResult): void {
      pairs += result.pairs
      for (const [reason, count] of result.notCompared) addNotCompared(reason, count)
      for (const [text, count] of result.signatures) signatures.add(text, count)
    },
    isEmpty: () => pairs === 0 && notCompared.size === 0 && latency.size === 0,
    take(): Compared {
      const taken = {
        pairs,
        notCompared: Object.fromEntries(notCompared),
        ...signatures.take(),
        latency: Object.fromEntries(latency),
      }
      pairs = 0
      notCompared = new Map()
      latency = new Map()
      return taken
    },
  }
}
