import type { Sample } from '../difference.ts'
import { isDifference, readPlace } from './place.ts'
import type { StoredStretch, StoredSums, StoredTimes } from './stored-sums.ts'

/** What a document that was stored must be, in every part, before anything is counted by it. */
export function isStoredSums(value: unknown): value is StoredSums {
  if (!isObject(value)) return false
  const { version, basis, since, forgotten, places, inAll, late } = value
  if (version !== 1 || typeof basis !== 'string') return false
  if (!isCount(since) || !isCount(forgotten)) return false
  if (!isListOf(places, isPlace) || new Set(places).size !== places.length) return false
  const isNumber = (number: unknown) => isCount(number) && number < places.length
  const isStretch = (each: unknown) => isStoredStretch(each, isNumber)
  const { latency, histories } = value
  return (
    isStretch(inAll) &&
    isListOf(late, isStretch) &&
    late.length <= 2 &&
    isObject(latency) &&
    isCounts(latency.shadow) &&
    isCounts(latency.noise) &&
    isListOf(histories, each => isHistory(each, isNumber))
  )
}

function isStoredStretch(value: unknown, isNumber: Check): value is StoredStretch {
  if (!isObject(value) || !isCount(value.from) || !isTimes(value.compared)) return false
  const { compared, notCompared, seen, together } = value
  const pairs = compared[0] + compared[1]
  return (
    isCounts(notCompared) &&
    isListOf(seen, each => isSeen(each, isNumber, compared)) &&
    isListOf(together, each => isTogether(each, isNumber)) &&
    together.reduce((sum: number, [, each]: [unknown, number]) => sum + each, 0) <= pairs
  )
}

/** A place cannot be seen in more pairs than there were: no rate is over 1. */
function isSeen(value: unknown, isNumber: Check, compared: StoredTimes): boolean {
  if (!Array.isArray(value)) return false
  const [place, ...times] = value
  if (!isNumber(place) || !isTimes(times)) return false
  return times.every((each, kind) => each <= (compared[kind] as number))
}

function isTogether(value: unknown, isNumber: Check): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false
  return isListOf(value[0], isNumber) && isCount(value[1])
}

function isHistory(value: unknown, isNumber: Check): boolean {
  if (!Array.isArray(value) || value.length !== 5) return false
  const [place, firstAt, lastAt, realAt, samples] = value
  const times = realAt === null ? [firstAt, lastAt] : [firstAt, lastAt, realAt]
  return isNumber(place) && times.every(isCount) && isListOf(samples, isSample)
}

function isSample(value: unknown): value is Sample {
  if (!isDifference(value)) return false
  const { v1, v2, endpoint, requestId, seenAt } = value as unknown as Record<string, unknown>
  return [v1, v2, endpoint, requestId].every(each => typeof each === 'string') && isCount(seenAt)
}

type Check = (value: unknown) => boolean

function isPlace(value: unknown): boolean {
  return typeof value === 'string' && readPlace(value) !== null
}

function isTimes(value: unknown): value is StoredTimes {
  return isListOf(value, isCount) && value.length === 3
}

function isCounts(value: unknown): boolean {
  return isObject(value) && Object.values(value).every(isCount)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

// biome-ignore lint/suspicious/noExplicitAny: its elements are what `check` says
function isListOf(value: unknown, check: Check): value is any[] {
  return Array.isArray(value) && value.every(check)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
