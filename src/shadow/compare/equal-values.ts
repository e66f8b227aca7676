import { canonicalText } from './canonical-text.ts'
import { equalNumbers } from './equal-numbers.ts'
import { type JsonObject, jsonTypeOf, type LongNumber } from './json-type.ts'
import { isIgnored, type RulesHere, rulesBelow, toleranceOf } from './rule-tree.ts'
import type { Walk } from './walk.ts'

/** Whether two values are the same by the rules; stops at the first place where they are not. */
function equalValues(v1: unknown, v2: unknown, rules: RulesHere, walk: Walk): boolean {
  walk.take(1)
  if (v1 === v2 || isIgnored(rules)) return true
  const type = jsonTypeOf(v1)
  if (type !== jsonTypeOf(v2)) return false
  switch (type) {
    case 'number':
      return equalNumbers(
        v1 as number | LongNumber,
        v2 as number | LongNumber,
        toleranceOf(rules, walk.tolerance),
      )
    case 'array':
      return equalArrays(v1 as unknown[], v2 as unknown[], rules, walk)
    case 'object':
      return equalObjects(v1 as JsonObject, v2 as JsonObject, rules, walk)
    default:
      return false
  }
}

function equalArrays(
  v1: readonly unknown[],
  v2: readonly unknown[],
  rules: RulesHere,
  walk: Walk,
): boolean {
  if (v1.length !== v2.length) return false
  if (inTheSameOrder(v1, v2, rules, walk)) return true
  if (!rules.some(node => node.unordered !== null)) return false
  return canonicalText(v1, rules, walk) === canonicalText(v2, rules, walk)
}

/** Whether two arrays are equal element by element. */
export function inTheSameOrder(
  v1: readonly unknown[],
  v2: readonly unknown[],
  rules: RulesHere,
  walk: Walk,
): boolean {
  return (
    v1.length === v2.length &&
    v1.every((element, index) => {
      const below = rules.length === 0 ? rules : rulesBelow(rules, String(index))
      return equalValues(element, v2[index], below, walk)
    })
  )
}

function equalObjects(v1: JsonObject, v2: JsonObject, rules: RulesHere, walk: Walk): boolean {
  for (const key of Object.keys(v1)) {
    const below = rulesBelow(rules, key)
    if (isIgnored(below)) continue
    if (!Object.hasOwn(v2, key) || !equalValues(v1[key], v2[key], below, walk)) return false
  }
  for (const key of Object.keys(v2)) {
    if (!Object.hasOwn(v1, key) && !isIgnored(rulesBelow(rules, key))) return false
  }
  return true
}
