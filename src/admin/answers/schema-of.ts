/** Never there: it lets the compiler tell a schema of one type from that of another. */
declare const describes: unique symbol

/** Under which name a document has the schema once, whoever refers to it. */
export const schemaName = Symbol('name')

/** JSON Schema (2020-12) of what a type says, held to it by the compiler. */
export interface SchemaOf<T> {
  readonly [keyword: string]: unknown
  readonly [schemaName]?: string
  readonly [describes]?: (value: T) => T
}

/** Of a field that may be left out. */
export interface OptionalOf<T> {
  readonly optional: SchemaOf<T>
}

/** A schema for each field of a type: none may be forgotten, and none is there that the type lacks. */
type FieldsOf<T> = {
  readonly [K in keyof T]-?: object extends Pick<T, K>
    ? OptionalOf<Exclude<T[K], undefined>>
    : SchemaOf<T[K]>
}

export const text: SchemaOf<string> = { type: 'string' }
export const truth: SchemaOf<boolean> = { type: 'boolean' }
export const count: SchemaOf<number> = { type: 'integer', minimum: 0 }
export const number: SchemaOf<number> = { type: 'number' }
/** Wall-clock milliseconds since the Unix epoch. */
export const moment: SchemaOf<number> = {
  type: 'number',
  description: 'Milliseconds since the Unix epoch.',
}
/** What is shown as it was found, whatever it is. */
export const anything: SchemaOf<object> = { type: 'object' }

/** Texts, each under a name that somebody chose. */
export const textsByName: SchemaOf<Readonly<Record<string, string>>> = {
  type: 'object',
  additionalProperties: { type: 'string' },
}

export function optional<T>(schema: SchemaOf<T>): OptionalOf<T> {
  return { optional: schema }
}

export function orNull<T>(schema: SchemaOf<T>): SchemaOf<T | null> {
  return { anyOf: [schema, { type: 'null' }] }
}

export function listOf<T>(items: SchemaOf<T>): SchemaOf<readonly T[]> {
  return { type: 'array', items }
}

/** A closed list of words, all of them. */
export function words<T extends string>(each: Readonly<Record<T, true>>): SchemaOf<T> {
  return { type: 'string', enum: Object.keys(each) }
}

export function always<T extends boolean>(value: T): SchemaOf<T> {
  return { const: value }
}

/** How many of each kind; a kind of which there were none may be left out. */
export function countsOf<T extends Readonly<Partial<Record<string, number>>>>(): SchemaOf<T> {
  return { type: 'object', additionalProperties: count }
}

export function fieldsOf<T extends object>(fields: FieldsOf<T>): SchemaOf<T> {
  const all: [string, AnyField][] = Object.entries(fields as object)
  const properties = Object.fromEntries(
    all.map(([name, field]) => [name, isOptional(field) ? field.optional : field]),
  )
  const required = all.filter(([, field]) => !isOptional(field)).map(([name]) => name)
  return { type: 'object', required, properties }
}

/** The same, under a name of its own. */
export function named<T extends object>(name: string, fields: FieldsOf<T>): SchemaOf<T> {
  return { ...fieldsOf<T>(fields), [schemaName]: name }
}

type AnyField = Readonly<Record<string, unknown>>

function isOptional(field: AnyField): boolean {
  return Object.hasOwn(field, 'optional')
}
