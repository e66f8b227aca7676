import type { BudgetRule } from '../config/budget-rule.ts'
import type { Tally } from './cusum.ts'

/** `31 of 412 answers failed, allowed 1 %`: the finding of a budget in a sentence. */
export function tallyInWords(rule: BudgetRule, { bad, events }: Tally): string {
  return `${count(bad)} of ${count(events)} ${eventsInWords(rule)}, ${allowanceInWords(rule)}`
}

/** `certainty 1 in 10⁶ answers`: how seldom that is said of a V2 that is on budget. */
export function certaintyInWords({ certainty }: BudgetRule): string {
  const power = Math.log10(certainty)
  const figure = Number.isInteger(power) ? `10${superscript(power)}` : count(certainty)
  return `certainty 1 in ${figure} answers`
}

export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`
}

/** `12,345` */
export function count(number: number): string {
  return String(Math.round(number)).replace(/\B(?=(\d{3})+$)/g, ',')
}

function eventsInWords(rule: BudgetRule): string {
  const { signal, slowMs, name, pointer } = rule
  if (signal === 'errors') return 'answers failed'
  if (signal === 'availability') return 'requests got no answer'
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
