import type { Evidence, LatchReason, LatchState } from '../../guard/latch-state.ts'

const reasons: Readonly<Record<LatchReason, true>> = {
  'never-tripped': true,
  'budget-breach': true,
  operator: true,
  drill: true,
  'resume-after': true,
}

const seers: Readonly<Record<Evidence['seenBy'], true>> = {
  worker: true,
  machine: true,
  fleet: true,
}

/** Milliseconds, the last that a Date can hold. */
const lastMoment = 8.64e15

/**
 * Whether a value from outside is a latch in every part: it is compared, shown and sent on, and a
 * version that cannot grow by one would hold for ever.
 */
export function isLatchState(value: unknown): value is LatchState {
  if (!isObject(value)) return false
  const { flag, state, version, since, by, reason, note, evidence } = value
  return (
    typeof flag === 'string' &&
    (state === 'open' || state === 'tripped') &&
    Number.isSafeInteger(version) &&
    isWithin(version, 0, Number.MAX_SAFE_INTEGER - 1) &&
    isWithin(since, 0, lastMoment) &&
    typeof by === 'string' &&
    isOneOf(reasons, reason) &&
    isTextOrNull(note) &&
    (evidence === null || isEvidence(evidence))
  )
}

function isEvidence(value: unknown): value is Evidence {
  if (!isObject(value)) return false
  const { route, budget, scope, text, bad, events, allowed, seenBy } = value
  return (
    [route, budget, text].every(each => typeof each === 'string') &&
    isTextOrNull(scope) &&
    [bad, events, allowed].every(each => typeof each === 'number') &&
    isOneOf(seers, seenBy)
  )
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most
}

function isOneOf(words: object, value: unknown): boolean {
  return typeof value === 'string' && Object.hasOwn(words, value)
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string'
}
