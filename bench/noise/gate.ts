import { createRandom } from '../../src/cli/demo/random.ts'
import { budgetRule } from '../../src/config/budget-rule.ts'
import { createBudgetBook } from '../../src/guard/budget-book.ts'
import { emptyBatch } from '../../src/guard/case.ts'
import { createHeldRoute } from '../../src/shadow/findings/held-route.ts'
import { type SimulatedPlace, simulatedReport } from './simulated-pairs.ts'

/** Pairs that arrive in a report, with one of V1 with itself; the gate is asked after every report. */
const pairsAtATime = 20
const reportMs = 1000

/** The budget that is asked. */
const rule = budgetRule({
  ...{ signal: 'mismatch', max: '0.5%' },
  ...{ minRequests: 100, certainty: 1e6, dryRun: false },
})

/** What became of the gate of many rollouts; of each kind the pairs it took, in order. */
export interface Decided {
  readonly passes: readonly number[]
  readonly breaches: readonly number[]
  readonly neither: number
}

/** Asks until the budget passes or is exceeded for the first time, or `most` pairs were compared. */
export function gateOf(place: SimulatedPlace, runs: number, most: number): Decided {
  const ends = Array.from({ length: runs }, (_, run) => firstWord(place, 7919 * (run + 1), most))
  const pairsOf = (word: End['word']) =>
    ends.flatMap(end => (end.word === word ? end.pairs : [])).sort((a, b) => a - b)
  return {
    passes: pairsOf('pass'),
    breaches: pairsOf('breach'),
    neither: pairsOf('not-yet').length,
  }
}

interface End {
  readonly word: 'pass' | 'breach' | 'not-yet'
  readonly pairs: number
}

function firstWord(place: SimulatedPlace, seed: number, most: number): End {
  const names = { route: 'match', flag: 'v2_migration' }
  const held = createHeldRoute({ ...names, basis: 'b1' }, 0)
  const book = createBudgetBook({ ...names, rule, seenBy: 'machine' })
  const simulated = { places: [place], random: createRandom(seed) }
  for (let pairs = pairsAtATime; pairs <= most; pairs += pairsAtATime) {
    const now = (pairs / pairsAtATime) * reportMs
    held.add([simulatedReport(simulated, { shadow: pairsAtATime, noise: 1 })], now)
    const batch = emptyBatch()
    const taken = held.take()
    batch.v2.events = taken?.pairs ?? 0
    batch.v2.bad = taken?.mismatched ?? 0
    const facts = () => held.judged(now).factsFor(rule.allowed)
    book.add(null, batch, now)
    book.judge(now, false, facts)
    const word = book.verdicts(now, facts)[0]?.verdict ?? 'not-yet'
    if (word !== 'not-yet') return { word, pairs }
  }
  return { word: 'not-yet', pairs: most }
}
