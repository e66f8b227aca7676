import type { LinkedRoute } from '../config/snapshot.ts'
import type { LatchCell } from '../guard/latches.ts'
import type { Caller } from '../identity/caller.ts'
import type { ForwardLatch } from '../upstream/forward-plan.ts'
import type { TestFault } from '../upstream/test-fault.ts'

/** What happens to the test callers of a route and to nobody else. */
export interface Testers {
  has(caller: Caller): boolean
  /** The fault to make on purpose for the next of their requests to V2; null for none. */
  nextFault(): TestFault | null
  /** The flag's latch and the rehearsal's as one: either sends them away from V2, both see them there. */
  readonly latch: ForwardLatch
}

/** Null for a route whose policy names none, or that has no V2. */
export function createTesters(
  { rules }: LinkedRoute,
  latch: LatchCell | null,
  drill: LatchCell | null,
): Testers | null {
  if (rules.testers.length === 0 || latch === null || drill === null) return null
  const users = new Set(rules.testers)
  const { testFaults } = rules
  const fault = testFaults && { delayMs: testFaults.delayMs, status: testFaults.status }
  let due = 0

  return {
    has: ({ userId }) => userId !== null && users.has(userId),
    nextFault() {
      if (testFaults === null) return null
      // Exactly the share, not by chance: three of ten are the third, the sixth and the tenth or so.
      due += testFaults.share
      if (due < 1 - 1e-9) return null
      due -= 1
      return fault
    },
    latch: {
      get tripped() {
        return latch.tripped || drill.tripped
      },
      get lastV2At() {
        return drill.lastV2At
      },
      set lastV2At(at) {
        latch.lastV2At = at
        drill.lastV2At = at
      },
    },
  }
}
