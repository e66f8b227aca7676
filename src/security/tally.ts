import { createFrequent, type Frequent } from './frequent.ts'
import type { SecurityKind } from './kinds.ts'

/** Clients of one kind that a worker tells apart between two reports. */
export const mostClients = 256

interface KindTally {
  refusals: number
  readonly clients: Frequent
}

/**
 * What a worker counts of refusals: by kind, and by client where that fits. A report is flat, so that
 * several can be added up: `<kind>` for all and `<kind> <client>` for each client.
 *
 * @param networkOf The client that an address belongs to.
 */
export function createTally(networkOf: (address: string) => string) {
  const kinds = new Map<SecurityKind, KindTally>()

  function tallyOf(kind: SecurityKind): KindTally {
    const known = kinds.get(kind)
    if (known !== undefined) return known
    const fresh = { refusals: 0, clients: createFrequent(mostClients) }
    kinds.set(kind, fresh)
    return fresh
  }

  return {
    /** A refusal of this kind. `address` of the client, empty where its connection is gone already. */
    saw(kind: SecurityKind, address: string): void {
      const tally = tallyOf(kind)
      tally.refusals++
      tally.clients.add(address === '' ? 'unknown' : networkOf(address))
    },
    /** Everything since the last call; null for nothing. */
    take(): Record<string, number> | null {
      let counts: Record<string, number> | null = null
      for (const [kind, tally] of kinds) {
        if (tally.refusals === 0) continue
        counts ??= {}
        counts[kind] = tally.refusals
        for (const [client, count] of tally.clients.entries()) counts[`${kind} ${client}`] = count
        tally.refusals = 0
        tally.clients.clear()
      }
      return counts
    },
  }
}

export type Tally = ReturnType<typeof createTally>
