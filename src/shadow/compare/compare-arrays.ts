import { elementTexts } from './canonical-text.ts'
import { type ElementKeys, likelyKeys, scalarAt, sharedColumns, sureKeys } from './element-key.ts'
import { inTheSameOrder } from './equal-values.ts'
import { type JsonObject, jsonTypeOf } from './json-type.ts'
import { isInOrder, type Matched, matchElements, pairTheRest } from './match-elements.ts'
import { type Place, placeOfElement } from './place.ts'
import { isIgnored } from './rule-tree.ts'
import type { Walk } from './walk.ts'

type Elements = readonly unknown[]

/** Compares two values that are not the same, see compare-values.ts. */
export type CompareValues = (v1: unknown, v2: unknown, place: Place, walk: Walk) => void

/**
 * The same elements in another order are one difference of order. Else each element is held against the
 * one that it is, wherever that stands: known again by a rule's `by`, by a field that tells
 * elements apart, by being equal, or by several fields; by its position only where there is nothing else.
 */
export function compareArrays(
  v1: Elements,
  v2: Elements,
  place: Place,
  walk: Walk,
  compare: CompareValues,
): void {
  if (inTheSameOrder(v1, v2, place.rules, walk)) return
  const unordered = place.rules.find(node => node.unordered !== null)?.unordered ?? null
  const matched = match(v1, v2, place, walk, unordered?.by ?? null)

  if (v1.length !== v2.length) walk.found.addInBody(place, 'size', v1, v2)
  if (unordered === null && !isInOrder(matched.known)) {
    walk.found.addInBody(place, 'order', v1, v2)
  }
  for (const [first, second] of matched.all.pairs) {
    if (walk.found.isFull) return
    compare(v1[first], v2[second], placeOfElement(place, first), walk)
  }
  addRest('missing', v1, matched.all.onlyV1)
  addRest('extra', v2, matched.all.onlyV2)

  function addRest(kind: 'missing' | 'extra', side: Elements, rest: readonly number[]): void {
    for (const at of rest) {
      const element = placeOfElement(place, at)
      if (isIgnored(element.rules)) continue
      const [first, second] = kind === 'missing' ? [side[at], undefined] : [undefined, side[at]]
      walk.found.addInBody(element, kind, first, second)
      return
    }
  }
}

/** `known`: partners that were known again; `all`: with those who are partners by position alone. */
function match(
  v1: Elements,
  v2: Elements,
  place: Place,
  walk: Walk,
  by: readonly string[] | null,
): { readonly known: Matched; readonly all: Matched } {
  if (by !== null) {
    walk.take(v1.length + v2.length)
    const keys = (side: Elements) => side.map(element => scalarAt(element, by))
    return matchBy({ v1: keys(v1), v2: keys(v2) })
  }
  const columns = areObjects(v1) && areObjects(v2) ? sharedColumns(v1, v2, place.rules, walk) : []
  const sure = sureKeys(columns)
  if (sure !== null) return matchBy(sure)

  const equal = matchElements(
    elementTexts(v1, place.rules, walk),
    elementTexts(v2, place.rules, walk),
  )
  const isSame = equal.onlyV1.length === 0 && equal.onlyV2.length === 0
  const likely = isSame ? null : likelyKeys(columns)
  return likely === null ? { known: equal, all: pairTheRest(equal) } : matchBy(likely)
}

function matchBy(keys: ElementKeys): { readonly known: Matched; readonly all: Matched } {
  const known = matchElements(keys.v1, keys.v2)
  return { known, all: known }
}

function areObjects(elements: Elements): elements is readonly JsonObject[] {
  return elements.length > 0 && elements.every(element => jsonTypeOf(element) === 'object')
}
