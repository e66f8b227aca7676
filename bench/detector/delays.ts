import { createRandom } from '../../src/cli/demo/random.ts'
import { createDetector, designDetector } from '../../src/guard/detector.ts'
import { createFixedWindow } from './fixed-window.ts'

/** The budget that is judged, and V2's share of failures before it turns bad. */
export const allowed = 0.01
export const certainty = 1e6
export const healthy = 0.005

/** Requests per second to V2, from which a time follows. */
export const requestsPerSecond = 300

const runs = 200
const healthyRequests = 20_000
/** More than the slower of the two needs at 1.5 times the budget. */
const mostRequests = 400_000

/** Within the budget every alarm is a false one, so it is looked for in longer runs. */
const longRuns = 20
const longRequests = 1e7

/** Hears of requests one by one; returns whether it finds V2 over its budget. */
export type Rule = (isBad: boolean) => boolean

const design = designDetector(allowed, certainty)

export const rules: Readonly<Record<'detector' | 'window', () => Rule>> = {
  detector: () => createDetector(design).add,
  window: () => createFixedWindow({ allowed, requests: 60 * requestsPerSecond, checks: 5 }),
}

export interface Delays {
  readonly runs: number
  /** Requests to the breach of each run that found one, ascending. */
  readonly found: readonly number[]
}

/** How many requests it takes from the first at `share` to the breach. */
export function delaysAt(share: number, newRule: () => Rule): Delays {
  const found: number[] = []
  for (let run = 1; run <= runs; run++) {
    const random = createRandom(run * 7919)
    const hears = newRule()
    // A window is met anywhere, not only at its start.
    const before = healthyRequests + Math.floor(random() * 60 * requestsPerSecond)
    for (let i = 0; i < before; i++) hears(random() < healthy)
    for (let request = 1; request <= mostRequests; request++) {
      if (!hears(random() < share)) continue
      found.push(request)
      break
    }
  }
  return { runs, found: found.sort((a, b) => a - b) }
}

export interface FalseAlarms {
  readonly alarms: number
  readonly requests: number
}

/** How often a V2 that is within its budget is found over it, starting anew after each alarm. */
export function falseAlarmsAt(share: number, newRule: () => Rule): FalseAlarms {
  let alarms = 0
  for (let run = 1; run <= longRuns; run++) {
    const random = createRandom(run * 104_729)
    let hears = newRule()
    for (let i = 0; i < longRequests; i++) {
      if (!hears(random() < share)) continue
      alarms++
      hears = newRule()
    }
  }
  return { alarms, requests: longRuns * longRequests }
}
