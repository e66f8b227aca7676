import { compareArrays } from './compare-arrays.ts'
import { equalNumbers } from './equal-numbers.ts'
import { type JsonObject, jsonTypeOf, type LongNumber } from './json-type.ts'
import { type Place, placeOfKey } from './place.ts'
import { isIgnored, rulesBelow, toleranceOf } from './rule-tree.ts'
import type { Walk } from './walk.ts'

/** Finds where V2's value differs from V1's. Throws `TooMuchWork`. */
export function compareValues(v1: unknown, v2: unknown, place: Place, walk: Walk): void {
  walk.take(1)
  if (v1 === v2 || isIgnored(place.rules)) return
  const type = jsonTypeOf(v1)
  if (type !== jsonTypeOf(v2)) {
    walk.found.addInBody(place, 'type', v1, v2)
  } else if (type === 'object') {
    compareObjects(v1 as JsonObject, v2 as JsonObject, place, walk)
  } else if (type === 'array') {
    compareArrays(v1 as unknown[], v2 as unknown[], place, walk, compareValues)
  } else if (type !== 'number') {
    walk.found.addInBody(place, 'value', v1, v2)
  } else {
    const tolerance = toleranceOf(place.rules, walk.tolerance)
    if (!equalNumbers(v1 as number | LongNumber, v2 as number | LongNumber, tolerance)) {
      walk.found.addInBody(place, 'value', v1, v2)
    }
  }
}

/** Only what stands in the object itself counts: `__proto__` is a key like any other. */
function compareObjects(v1: JsonObject, v2: JsonObject, place: Place, walk: Walk): void {
  const keys = Object.keys(v1)
  const others = Object.keys(v2)
  const count = Math.max(keys.length, others.length)
  walk.take(count)
  for (const key of keys) {
    if (walk.found.isFull) return
    const first = v1[key]
    const isThere = Object.hasOwn(v2, key)
    // Most are equal, and need no place.
    if (isThere && v2[key] === first) continue
    const below = placeOfKey(place, key, count, rulesBelow(place.rules, key))
    if (isThere) compareValues(first, v2[key], below, walk)
    else if (!isIgnored(below.rules)) walk.found.addInBody(below, 'missing', first, undefined)
  }
  for (const key of others) {
    if (Object.hasOwn(v1, key)) continue
    const below = placeOfKey(place, key, count, rulesBelow(place.rules, key))
    if (!isIgnored(below.rules)) walk.found.addInBody(below, 'extra', undefined, v2[key])
  }
}
