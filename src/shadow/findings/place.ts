import type { Difference, DifferenceKind } from '../difference.ts'
import { shortPointer } from '../short-pointer.ts'

const kinds: Readonly<Record<DifferenceKind, true>> = {
  missing: true,
  extra: true,
  type: true,
  value: true,
  order: true,
  size: true,
}
const parts: Readonly<Record<Difference['part'], true>> = { status: true, header: true, body: true }

/** A difference as one text, by which it is counted and stored. */
export function placeOf({ part, kind, at }: Difference): string {
  return `${part} ${kind} ${shortPointer(at)}`
}

/** Null for a text that is none. */
export function readPlace(place: string): Difference | null {
  const [part = '', kind = ''] = place.split(' ', 2)
  const difference = { part, kind, at: place.slice(part.length + kind.length + 2) }
  return isDifference(difference) && placeOf(difference) === place ? difference : null
}

/** Whether a value from outside names a place in which answers can differ. */
export function isDifference(value: unknown): value is Difference {
  if (typeof value !== 'object' || value === null) return false
  const { part, kind, at } = value as Readonly<Record<string, unknown>>
  return isOneOf(parts, part) && isOneOf(kinds, kind) && typeof at === 'string'
}

function isOneOf(words: object, value: unknown): boolean {
  return typeof value === 'string' && Object.hasOwn(words, value)
}

/** Stands for many places that there was no room for; no pointer, and no header that anybody sends. */
const anywhere = '*'

/** Where those of its part and kind are counted that there is no room for. */
export function elsewhere(place: string): string {
  return placeOf(toldElsewhere(readPlace(place) as Difference))
}

/** The same of a difference; of statuses there is always room for. */
export function toldElsewhere({ part, at, kind }: Difference): Difference {
  return { part, at: part === 'status' ? at : anywhere, kind }
}

export function isElsewhere({ at }: Difference): boolean {
  return at === anywhere
}
