import { isScalar, type JsonObject, LongNumber } from './json-type.ts'
import { isIgnored, type RulesHere, rulesBelow } from './rule-tree.ts'
import type { Walk } from './walk.ts'

/** What tells the elements of two arrays apart: one text for each element, null for one that has none. */
export interface ElementKeys {
  readonly v1: readonly (string | null)[]
  readonly v2: readonly (string | null)[]
}

/** A field that every element of both arrays has, with its values. */
export interface Column extends ElementKeys {
  readonly path: readonly string[]
  readonly v1: readonly string[]
  readonly v2: readonly string[]
  readonly isUnique: boolean
  /** Every value of the shorter array is in the longer one as well. */
  readonly isShared: boolean
  /** Elements with a value that both arrays have. */
  readonly overlap: number
}

/** Fields of the first elements that are tried. */
const maxFields = 64
const maxColumns = 24

const idWords = 'id|uuid|guid|key|code|sku|no|nr|number|ref|slug|name|isbn|ean'
const idName = new RegExp(`(^|[_-])(${idWords})$`, 'i')
const idInCamelCase = /[a-z0-9](Id|ID|Uuid|Key|Code|Sku|No|Nr|Number|Ref|Slug|Name)$/

/**
 * The fields that all elements of two arrays of objects have, those aside that a rule ignores: of what the
 * elements may be known by. They are chosen by their values, so one made up anew for each answer never is.
 */
export function sharedColumns(
  v1: readonly JsonObject[],
  v2: readonly JsonObject[],
  rules: RulesHere,
  walk: Walk,
): readonly Column[] {
  return sharedPaths(v1[0], v2[0])
    .filter(path => !isIgnoredIn(rules, path))
    .map(path => columnOf(path, v1, v2, walk))
    .filter(column => column !== null)
    .sort(byTrust)
}

/** A field that no two elements have in common, with the same values on both sides; null where none is. */
export function sureKeys(columns: readonly Column[]): ElementKeys | null {
  return columns.find(column => column.isUnique && column.isShared) ?? null
}

/**
 * What is left to know elements by where no field is sure: several that are right on both sides, or one
 * that is wrong in some elements. Null where they have nothing by which to know them again.
 */
export function likelyKeys(columns: readonly Column[]): ElementKeys | null {
  const [first] = columns
  if (first === undefined) return null
  const half = Math.min(first.v1.length, first.v2.length) / 2
  const isLikely = (column: Column) =>
    column.isUnique && column.overlap >= half && (isText(column) || isNamedId(column))
  return (
    several(
      columns.filter(column => column.isShared),
      half,
    ) ??
    columns.find(isLikely) ??
    null
  )
}

/** Several fields together, of which none is enough; null where they tell too few elements apart. */
function several(columns: readonly Column[], least: number): ElementKeys | null {
  const together = (side: 'v1' | 'v2') =>
    (columns[0]?.[side] ?? []).map((_, at) => columns.map(column => column[side][at]).join())
  const keys = { v1: together('v1'), v2: together('v2') }
  return new Set(keys.v1).size >= Math.max(2, least) && new Set(keys.v2).size >= least ? keys : null
}

/** Named like an id before others, texts before numbers, which might be no more than a position. */
function byTrust(a: Column, b: Column): number {
  return (
    Number(isNamedId(b)) - Number(isNamedId(a)) ||
    Number(isText(b)) - Number(isText(a)) ||
    b.overlap - a.overlap
  )
}

function isNamedId({ path }: Column): boolean {
  const name = path.at(-1) ?? ''
  return idName.test(name) || idInCamelCase.test(name)
}

function isText({ v1 }: Column): boolean {
  return v1.every(value => value.startsWith('"'))
}

function isIgnoredIn(rules: RulesHere, path: readonly string[]): boolean {
  let here = rulesBelow(rules, '*')
  return path.some(key => {
    here = rulesBelow(here, key)
    return isIgnored(here)
  })
}

/** Fields with a scalar in both, also those one level down, in alphabetical order. */
function sharedPaths(v1: JsonObject | undefined, v2: JsonObject | undefined): string[][] {
  const ofV2 = new Set(scalarPaths(v2).map(path => path.join('/')))
  return scalarPaths(v1)
    .filter(path => ofV2.has(path.join('/')))
    .sort((a, b) => (a.join('/') < b.join('/') ? -1 : 1))
    .slice(0, maxColumns)
}

function scalarPaths(element: JsonObject = {}): string[][] {
  const keys = Object.keys(element).slice(0, maxFields)
  return keys
    .flatMap(key => {
      const value = element[key]
      if (isScalar(value)) return [[key]]
      if (Array.isArray(value)) return []
      const inner = value as JsonObject
      return Object.keys(inner)
        .slice(0, maxFields)
        .filter(below => isScalar(inner[below]))
        .map(below => [key, below])
    })
    .slice(0, maxFields)
}

function columnOf(
  path: readonly string[],
  v1: readonly JsonObject[],
  v2: readonly JsonObject[],
  walk: Walk,
): Column | null {
  walk.take(v1.length + v2.length)
  const first = valuesAt(path, v1)
  const second = first === null ? null : valuesAt(path, v2)
  if (first === null || second === null) return null
  const counts = new Map<string, number>()
  for (const value of first) counts.set(value, (counts.get(value) ?? 0) + 1)
  const isUnique =
    counts.size === first.length &&
    new Set(second).size === second.length &&
    !first.includes('null')
  let overlap = 0
  for (const value of second) {
    const left = counts.get(value) ?? 0
    if (left === 0) continue
    overlap++
    counts.set(value, left - 1)
  }
  const isShared = overlap === Math.min(first.length, second.length)
  return { path, v1: first, v2: second, isUnique, isShared, overlap }
}

/** Null where an element has no scalar there. */
function valuesAt(path: readonly string[], elements: readonly JsonObject[]): string[] | null {
  const values: string[] = []
  for (const element of elements) {
    const text = scalarAt(element, path)
    if (text === null) return null
    values.push(text)
  }
  return values
}

/** The scalar at a path within an element as a text, other types being other texts; null for none. */
export function scalarAt(element: unknown, path: readonly string[]): string | null {
  let value = element
  for (const key of path) {
    if (isScalar(value) || !Object.hasOwn(value as object, key)) return null
    value = (value as JsonObject)[key]
  }
  if (typeof value === 'string') return JSON.stringify(value)
  if (!isScalar(value)) return null
  return value instanceof LongNumber ? value.text : String(value)
}
