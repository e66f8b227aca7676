import { code } from './markdown.ts'

/** What of JSON Schema the published schemas use. */
export interface Schema {
  readonly type?: string | readonly string[]
  readonly title?: string
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly format?: string
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly then?: Schema
  readonly else?: Schema
}

export interface Field {
  /** Dotted, `[]` for each of a list. */
  readonly path: string
  /** With its unit and its bounds. */
  readonly type: string
  /** Its default, `required`, or – for a field that may be left out. */
  readonly given: string
  readonly description: string
}

/** Every field that a document of this schema can have, groups before what is in them. */
export function schemaFields(schema: Schema): Field[] {
  return within(schema, '')
}

/** The fields below a schema, whichever of its shapes has them. */
function within(schema: Schema, path: string): Field[] {
  const { properties = {}, patternProperties = {}, additionalProperties, items, required } = schema
  const told = new Map<string, string>()
  const named = Object.entries(properties).flatMap(([name, each]) => {
    const at = path === '' ? name : `${path}.${name}`
    const isRequired = required?.includes(name) ?? false
    // Two groups with the same fields, such as v1 and v2, are told once.
    const shape = JSON.stringify(each.properties)
    const same = told.get(shape)
    if (shape === undefined || same === undefined) {
      told.set(shape, at)
      return fieldsAt(each, at, isRequired)
    }
    const [group] = fieldsAt(each, at, isRequired) as [Field]
    return [{ ...group, type: `group, as ${code(same)}` }]
  })
  const free = typeof additionalProperties === 'object' ? [additionalProperties] : []
  const records = [...Object.values(patternProperties), ...free]
    .slice(0, 1)
    .flatMap(each => fieldsAt(each, `${path}.<name>`, false))
  const listed = items === undefined ? [] : within(items, `${path}[]`)
  const shapes = [schema.then, schema.else].flatMap(each =>
    each === undefined ? [] : within(each, path),
  )
  // A list, and one alone in its place, have the same fields.
  const seen = new Set<string>()
  return [...named, ...records, ...listed, ...shapes].filter(({ path: at }) => {
    const plain = at.replaceAll('[]', '')
    if (seen.has(plain)) return false
    seen.add(plain)
    return true
  })
}

function fieldsAt(schema: Schema, path: string, isRequired: boolean): Field[] {
  const field = {
    path,
    type: typeInWords(schema, path),
    given: givenInWords(schema, isRequired),
    description: schema.description ?? '',
  }
  return [field, ...within(schema, path)]
}

function givenInWords({ default: value }: Schema, isRequired: boolean): string {
  if (isRequired) return '*required*'
  // A group has a default so that it may be left out: what it comes to stands at its fields.
  if (value === undefined || isEmptyGroup(value)) return '–'
  return code(JSON.stringify(value))
}

function isEmptyGroup(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length === 0
  )
}

function typeInWords(schema: Schema, path: string): string {
  const { title, enum: values, items, then, else: other } = schema
  if (then !== undefined && other !== undefined) {
    return title ?? other.title ?? `${typeInWords(then, path)}, or ${typeInWords(other, path)}`
  }
  if (values !== undefined) return values.map(value => code(String(value))).join(', ')
  if (items !== undefined) {
    const bare = items.properties === undefined ? typeInWords(items, path) : 'groups'
    return `list of ${bare}`
  }
  if (title !== undefined) return title
  const { type } = schema
  if (type === 'object') return schema.properties === undefined ? 'names with values' : 'group'
  if (type === 'integer' || type === 'number') return numberInWords(schema, path)
  if (type === 'string') return schema.format === 'uri' ? 'address' : 'text'
  if (type === 'boolean') return '`true` or `false`'
  return [type ?? 'anything'].flat().join(' or ')
}

/** By how a field's name ends. */
const units: readonly (readonly [RegExp, string])[] = [
  [/BytesPerSecond$/, 'bytes per second'],
  [/PerSecond$/, 'per second'],
  [/Ms$/, 'milliseconds'],
  [/Seconds$/, 'seconds'],
  [/Days$/, 'days'],
  [/Bytes(InFlight)?$/, 'bytes'],
]

function numberInWords({ type, minimum, maximum }: Schema, path: string): string {
  const unit = units.find(([ending]) => ending.test(path))?.[1]
  const kind = type === 'integer' ? 'whole number' : 'number'
  const bounds =
    minimum !== undefined && maximum !== undefined
      ? `, ${minimum} to ${maximum}`
      : minimum !== undefined
        ? `, at least ${minimum}`
        : maximum !== undefined
          ? `, at most ${maximum}`
          : ''
  return `${unit ?? kind}${bounds}`
}
