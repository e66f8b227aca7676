import type { Difference } from '../difference.ts'
import type { Acknowledgement, Finding } from '../finding.ts'
import { count, percent } from './numbers-in-words.ts'
import { isElsewhere } from './place.ts'
import { pairsToTell, plausibleExcess } from './plausible-excess.ts'
import { pairsToDecide, type Seen } from './significance.ts'

/** What a sentence about a finding is made of. */
export interface Found {
  readonly difference: Difference
  readonly verdict: Finding['verdict']
  /** In all pairs, in the repeatable ones, and of V1 with itself. */
  readonly pairs: Seen
  readonly shadow: Seen
  readonly noise: Seen
  readonly acknowledged: Acknowledgement | null
}

/** `V2 has another value at /price in 214 of 214 pairs (100 %); V1 differs from itself there in 0 of 11`. */
export function findingInWords(found: Found): string {
  const { difference, pairs, noise, acknowledged } = found
  const v2 = `${whatInWords(difference)} in ${ofInWords(pairs)}`
  const v1 =
    noise.of === 0
      ? ''
      : `; V1 differs from itself there in ${count(noise.times)} of ${count(noise.of)}`
  const known =
    acknowledged === null ? '' : `; acknowledged by ${acknowledged.who}: ${acknowledged.why}`
  return `${v2}${v1}${verdictInWords(found)}${known}`
}

/** `/price (value) in 100 % of 214 pairs`, for the evidence of a budget. */
export function worstInWords(difference: Difference, { times, of }: Seen): string {
  return `${whereInWords(difference)} in ${percent(times / of)} of ${count(of)} pairs`
}

/** Why a place of noise is not done with, and what to do: behind the sentence of its finding. */
export function doubtInWords(shadow: Seen, noise: Seen, allowed: number): string {
  const hidden = `, but up to ${percent(plausibleExcess(shadow, noise))} of the pairs may differ through V2`
  const more = pairsToTell(shadow, noise, allowed)
  const wait =
    more === null ? '' : `about ${count(more)} more pairs tell, fewer with more \`noise\`; or `
  return `${hidden}: ${wait}name it under \`ignore\` or \`unordered\`, or acknowledge it`
}

function ofInWords({ times, of }: Seen): string {
  const rate = of === 0 ? '' : ` (${percent(times / of)})`
  return `${count(times)} of ${count(of)} pairs${rate}`
}

function whereInWords({ part, at, kind }: Difference): string {
  if (part === 'status') return 'the status'
  if (isElsewhere({ part, at, kind })) return `other places (${kind})`
  if (part === 'header') return `header ${at} (${kind})`
  return at === '' ? `the body (${kind})` : `${at} (${kind})`
}

function whatInWords(difference: Difference): string {
  const { part, kind } = difference
  if (part === 'status') return 'V2 answers another status'
  const where = placeInWords(difference)
  switch (kind) {
    case 'missing':
      return `V2 lacks ${where}`
    case 'extra':
      return `V2 has ${where}, which V1 has not,`
    case 'type':
      return `V2 has another type at ${where}`
    case 'value':
      return `V2 has another value at ${where}`
    case 'order':
      return `V2 has another order at ${where}`
    case 'size':
      return `V2 has another length at ${where}`
  }
}

function placeInWords(difference: Difference): string {
  const { part, at } = difference
  if (isElsewhere(difference)) return 'places that are too many to tell apart'
  if (part === 'header') return `header ${at}`
  return at === '' ? 'the whole body' : at
}

function verdictInWords({ difference, verdict, shadow, noise }: Found): string {
  if (verdict === 'noise') return ': noise'
  if (verdict === 'real') return ''
  if (isElsewhere(difference)) return '; undecided: name what changes always under `ignore`'
  if (shadow.times === 0) return '; undecided: V1 is not asked twice for such requests'
  if (noise.of === 0) return '; undecided: V1 was not asked twice yet'
  const more = pairsToDecide(shadow, noise)
  return more === null
    ? '; undecided, and at this rate it stays so'
    : `; undecided: about ${count(more)} more pairs decide it at this rate`
}
