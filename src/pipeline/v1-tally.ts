import type { Counts } from '../guard/observation.ts'
import type { Outcome } from '../upstream/outcome.ts'

/** What V1 did while it had all the traffic of a flag. */
export interface V1Seen {
  requests: number
  /** 5xx and faults. */
  failed: number
}

const prefix = 'v1 of '

/** Counts in the worker how V1 does after a switch back; costs nothing while V2 is allowed. */
export function createV1Tally() {
  const seen = new Map<string, V1Seen>()

  return {
    saw(flag: string, { status, fault, clientAborted, provesNothing }: Outcome): void {
      if (clientAborted || provesNothing) return
      const tally = seen.get(flag) ?? { requests: 0, failed: 0 }
      seen.set(flag, tally)
      tally.requests++
      if (fault !== null || status >= 500) tally.failed++
    },
    /** Adds what was seen since the last call to a report of counts. */
    takeCounts(into: Record<string, number>): void {
      for (const [flag, { requests, failed }] of seen) {
        into[`${prefix}${flag} requests`] = requests
        into[`${prefix}${flag} failed`] = failed
      }
      seen.clear()
    },
  }
}

export type V1Tally = ReturnType<typeof createV1Tally>

/** Sums in the control plane what the workers saw. */
export function createV1Totals() {
  const totals = new Map<string, number>()

  return {
    add(counts: Counts): void {
      for (const [name, count] of Object.entries(counts)) {
        if (name.startsWith(prefix)) totals.set(name, (totals.get(name) ?? 0) + count)
      }
    },
    /** Since this process began. */
    of: (flag: string): Readonly<V1Seen> => ({
      requests: totals.get(`${prefix}${flag} requests`) ?? 0,
      failed: totals.get(`${prefix}${flag} failed`) ?? 0,
    }),
  }
}
