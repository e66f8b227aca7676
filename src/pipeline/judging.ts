import type { SignalAnswer } from '../admin/business-signal.ts'
import type { Clock } from '../clock.ts'
import type { LinkedRoute } from '../config/snapshot.ts'
import { countsPeriodMs } from '../fleet/planes.ts'
import type { Fleet } from '../fleet/stores/fleet.ts'
import { createJudge } from '../guard/judge.ts'
import { liveRequests } from '../guard/live-v2.ts'
import type { Counts } from '../guard/observation.ts'
import type { PushedSignal } from '../guard/pushed-signal.ts'
import type { Breach } from '../guard/verdict.ts'
import { basisOf } from '../shadow/basis.ts'
import type { Mismatches } from '../shadow/mismatches.ts'

export interface JudgingDeps {
  readonly routes: readonly LinkedRoute[]
  readonly fleet: Pick<Fleet, 'exchangeCounts'>
  readonly clock: Clock
  /** What comparing V2 with V1 came to. */
  readonly mismatches: Mismatches
  readonly onBreach: (breach: Breach) => void
}

/**
 * Sums what the workers of this machine counted, and what all machines did, and has it judged: what
 * no worker sees enough of, what compares V2 with V1, what was pushed, and what copies showed.
 */
export function createJudging({ routes, fleet, clock, mismatches, onBreach }: JudgingDeps) {
  const judge = createJudge(routes, {
    factsOf: mismatches.facts,
    basisOf: route => (route.rules.shadow === null ? null : basisOf(route, route.rules.shadow)),
  })
  /** Not judged yet. */
  let machine: Record<string, number> = {}
  /** Not given to the fleet yet: one exchange at a time, whatever it takes. */
  let forFleet: Record<string, number> = {}
  let exchanging = false
  /** Clients' requests that reached V2, by flag: over all machines where there are others. */
  const live = new Map<string, number>()

  function count(counts: Counts): void {
    addTo(machine, counts)
    addTo(forFleet, counts)
  }

  function countLive(counts: Counts): void {
    for (const [flag, requests] of liveRequests(counts)) {
      live.set(flag, (live.get(flag) ?? 0) + requests)
    }
  }

  async function exchange(): Promise<void> {
    if (exchanging) return
    exchanging = true
    const given = forFleet
    forFleet = {}
    // What cannot be given is lost: old counts would only blur what the fleet sees when it is back.
    const buckets = await fleet.exchangeCounts(given)
    exchanging = false
    if (buckets === null) {
      countLive(given)
      return
    }
    const now = clock.monotonic()
    for (const bucket of buckets) {
      countLive(bucket)
      judge.add(bucket, 'fleet', now).forEach(onBreach)
    }
  }

  const stop = clock.every(countsPeriodMs, () => {
    count(judge.countsOfPairs(mismatches.take()))
    const counts = machine
    machine = {}
    judge.add(counts, 'machine', clock.monotonic()).forEach(onBreach)
    void exchange()
  })

  return {
    /** Takes a report of a worker. */
    count,
    /** Takes numbers from outside, and says of how many budgets they are. */
    push(pushed: PushedSignal): SignalAnswer {
      const answer = judge.countsOf(pushed)
      if (!answer.taken) return answer
      count(answer.counts)
      return { taken: true, budgets: answer.budgets }
    },
    /** Whether clients' requests reached V2 of late. */
    isLive: (flag: string) => judge.isLive(flag, clock.monotonic()),
    /** Clients' requests that reached V2 of a flag since the last call, over all machines that can be reached. */
    takeLive(flag: string): number {
      const requests = live.get(flag) ?? 0
      live.delete(flag)
      return requests
    },
    verdicts: () => judge.verdicts(clock.monotonic()),
    reset: judge.reset,
    /** A person had a word on the differences of a route: what was found before says nothing any more. */
    forgetPairs: (route: string) => judge.forgetPairs(route, clock.monotonic()),
    replace: judge.replace,
    close: stop,
  }
}

function addTo(sums: Record<string, number>, counts: Counts): void {
  for (const [name, count] of Object.entries(counts)) sums[name] = (sums[name] ?? 0) + count
}
