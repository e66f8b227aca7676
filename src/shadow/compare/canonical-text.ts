import { type JsonObject, LongNumber } from './json-type.ts'
import { isIgnored, type RulesHere, rulesBelow } from './rule-tree.ts'
import type { Walk } from './walk.ts'

/**
 * One text for all values that are equal by the rules: keys sorted, ignored places left out, the elements
 * of unordered arrays sorted. Number tolerance is no equality and has no part in it.
 */
export function canonicalText(value: unknown, rules: RulesHere, walk: Walk): string {
  walk.take(1)
  if (isIgnored(rules)) return ''
  if (typeof value === 'string') {
    // A long text is work as well, and so is a long key.
    walk.take(value.length >> 6)
    return JSON.stringify(value)
  }
  if (typeof value !== 'object' || value === null) return String(value)
  if (value instanceof LongNumber) return value.text
  if (Array.isArray(value)) {
    const texts = elementTexts(value, rules, walk)
    if (rules.some(node => node.unordered !== null)) texts.sort()
    return `[${texts.join()}]`
  }
  const parts: string[] = []
  for (const key of Object.keys(value).sort()) {
    const below = rulesBelow(rules, key)
    if (isIgnored(below)) continue
    walk.take(key.length >> 6)
    parts.push(`${JSON.stringify(key)}:${canonicalText((value as JsonObject)[key], below, walk)}`)
  }
  return `{${parts.join()}}`
}

/** The canonical text of each element of the array that the rules speak of. */
export function elementTexts(elements: readonly unknown[], rules: RulesHere, walk: Walk): string[] {
  return elements.map((element, index) =>
    canonicalText(element, rules.length === 0 ? rules : rulesBelow(rules, String(index)), walk),
  )
}
