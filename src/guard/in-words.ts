import type { BudgetRule } from '../config/budget-rule.ts'
import type { MismatchFacts } from '../shadow/mismatches.ts'
import type { CaseVerdict } from './case.ts'
import type { Tally } from './cusum.ts'
import { noFacts } from './mismatch-facts.ts'
import type { BudgetVerdict } from './verdict.ts'

/** `31 of 412 answers failed, allowed 1 %; certainty 1 in 10⁶ answers`: why a budget is exceeded. */
export function breachInWords(
  rule: BudgetRule,
  tally: Tally,
  v1: BudgetVerdict['v1'],
  { worst }: MismatchFacts = noFacts,
): string {
  const where = worst === null ? '' : `; worst is ${worst}`
  return `${tallyInWords(rule, tally, v1)}${where}; ${certaintyInWords(rule)}`
}

/** The finding of a budget in a sentence, with what is missing where nothing is decided. */
export function verdictInWords(
  rule: BudgetRule,
  found: Omit<CaseVerdict, 'height'> & Pick<BudgetVerdict, 'missing'>,
  facts: MismatchFacts = noFacts,
): string {
  const { reason, requests, bad, v1, missing, moreRequests } = found
  const tally = tallyInWords(rule, { bad, events: requests }, v1)
  switch (reason) {
    case 'no-traffic':
      return silenceInWords(rule)
    case 'no-v1-to-compare':
      return 'V1 answered too little to compare V2 with'
    case 'no-numbers':
      return `none of ${count(missing)} answers had the number ${rule.name ?? rule.pointer}`
    case 'within-budget':
      return `${tally}${uncomparedInWords(facts)}`
    case 'hardly-compared':
      return `${tally}${uncomparedInWords(facts)}: too few to speak for the others`
    case 'over-budget':
      return breachInWords(rule, { bad, events: requests }, v1, facts)
    case 'noise-unknown':
      return `${tally}; but ${facts.undecided?.text}`
    case 'too-few-requests':
    case 'not-certain-yet':
      if (facts.mismatchShare > rule.allowed) return `${tally}; ${hindsightInWords(facts)}`
      if (moreRequests === null && rule.windowMs !== null)
        return `${tally}; the window is not full yet`
      return moreRequests === null
        ? `${tally}; undecided, and at this rate it stays so`
        : `${tally}; about ${count(moreRequests)} more decide it at this rate`
  }
}

/** From this share on what was not compared is told beside what was. */
const worthTelling = 0.01

/** `; 90 % were not compared, mostly undecodable` */
function uncomparedInWords({ uncompared }: MismatchFacts): string {
  if (uncompared === null || uncompared.share <= worthTelling) return ''
  return `; ${percent(uncompared.share)} were not compared, mostly ${uncompared.reason}`
}

/** `but 4 % do by what is known now: worst is /price (value) in 6 % of 30,000 pairs` */
function hindsightInWords({ mismatchShare, worst }: MismatchFacts): string {
  const where = worst === null ? '' : `: worst is ${worst}`
  return `but ${percent(mismatchShare)} do by what is known now${where}`
}

function silenceInWords({ signal }: BudgetRule): string {
  if (signal === 'pushed') return 'no numbers were pushed for V2'
  return signal === 'mismatch' ? 'no answers were compared' : 'V2 was not asked'
}

function tallyInWords(rule: BudgetRule, { bad, events }: Tally, v1: BudgetVerdict['v1']): string {
  const besideV1 = v1 === null ? '' : ` (V1 so far: ${count(v1.bad)} of ${count(v1.requests)})`
  return `${count(bad)} of ${count(events)} ${eventsInWords(rule)}, ${allowanceInWords(rule)}${besideV1}`
}

/** `certainty 1 in 10⁶ answers`: how seldom that is said of a V2 that is on budget. */
function certaintyInWords({ signal, certainty, windowMs }: BudgetRule): string {
  if (windowMs !== null) return `over ${durationInWords(windowMs)}`
  const power = Math.log10(certainty)
  const figure = Number.isInteger(power) ? `10${superscript(power)}` : count(certainty)
  return `certainty 1 in ${figure} ${signal === 'mismatch' ? 'pairs' : 'answers'}`
}

function durationInWords(milliseconds: number): string {
  return milliseconds % 60_000 === 0 ? `${milliseconds / 60_000} min` : `${milliseconds / 1000} s`
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`
}

/** `12,345` */
function count(number: number): string {
  return String(Math.round(number)).replace(/\B(?=(\d{3})+$)/g, ',')
}

function eventsInWords(rule: BudgetRule): string {
  const { signal, slowMs, name, pointer } = rule
  if (signal === 'errors') return 'answers failed'
  if (signal === 'availability') return 'requests got no answer'
  if (signal === 'mismatch') return 'pairs differed'
  if (signal === 'latency') {
    return slowMs === null
      ? `answers took longer than ${rule.timesV1} times V1's ${quantileInWords(rule)}`
      : `answers took longer than ${slowMs} ms`
  }
  return `values of ${name ?? pointer} were ${outsideInWords(rule)}`
}

function outsideInWords({ least, most }: BudgetRule): string {
  if (!Number.isFinite(most)) return `below ${least}`
  if (!Number.isFinite(least)) return `above ${most}`
  return `outside ${least} to ${most}`
}

function allowanceInWords({ signal, allowed, timesV1 }: BudgetRule): string {
  return signal === 'errors' && timesV1 !== null
    ? `allowed ${timesV1} times V1's share`
    : `allowed ${percent(allowed)}`
}

function quantileInWords({ quantile }: BudgetRule): string {
  return `p${Math.round((quantile ?? 0) * 100)}`
}

function superscript(power: number): string {
  return [...String(power)].map(digit => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')
}
