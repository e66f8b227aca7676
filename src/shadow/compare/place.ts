import { isPlainName } from '../mask/plain-name.ts'
import { shortPointer } from '../short-pointer.ts'
import { type RulesHere, rulesBelow } from './rule-tree.ts'

/** A place in a document, as the way to it. */
export interface Place {
  readonly parent: Place | null
  /** Key in an object; null for the root, and for an element of an array. */
  readonly key: string | null
  /** The object is a map with many keys, none of which is a name. */
  readonly isMap: boolean
  readonly rules: RulesHere
}

/** An object with more keys than this is taken for a map, so that its keys make no endless row of pointers. */
const maxNamedKeys = 100

export function rootPlace(rules: RulesHere): Place {
  return { parent: null, key: null, isMap: false, rules }
}

/** The place of a key in an object that has `keys` of them. */
export function placeOfKey(parent: Place, key: string, keys: number, rules: RulesHere): Place {
  return { parent, key, isMap: keys > maxNamedKeys, rules }
}

/** The place of an element; V1's index is what a rule can name. */
export function placeOfElement(parent: Place, index: number): Place {
  const rules = parent.rules.length === 0 ? parent.rules : rulesBelow(parent.rules, String(index))
  return { parent, key: null, isMap: false, rules }
}

/**
 * The place as a JSON pointer, with `*` for indexes and for keys that are no names. Cut here, before it is
 * counted: from a small document many long ones can be made, and the thread that serves adds them up.
 */
export function pointerTo(place: Place): string {
  return shortPointer(wholePointer(place))
}

function wholePointer(place: Place): string {
  if (place.parent === null) return ''
  return `${wholePointer(place.parent)}/${tokenOf(place)}`
}

function tokenOf({ key, isMap }: Place): string {
  if (key === null || isMap || !isPlainName(key)) return '*'
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
