/** The part of one JSON Schema validator error that its wording needs. */
export interface SchemaError {
  readonly keyword: string
  /** Values the keyword was given, such as `limit`. */
  readonly params: Readonly<Record<string, unknown>>
  /** The schema that the keyword stands in. */
  readonly parentSchema: Readonly<Record<string, unknown>>
}

const types: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
}

/** The broken rule as the rest of "must be …". A schema's `title`, where it has one, words its own limits. */
export function ruleInWords({ keyword, params, parentSchema }: SchemaError): string {
  if (keyword === 'type') {
    // Only a text's title says by itself that it is a text.
    if (parentSchema.type === 'string' && typeof parentSchema.title === 'string')
      return parentSchema.title
    return types[String(parentSchema.type)] ?? String(parentSchema.type)
  }
  if (keyword === 'minimum' || keyword === 'maximum') return range(parentSchema)
  if (typeof parentSchema.title === 'string') return parentSchema.title
  switch (keyword) {
    case 'enum':
      return `one of ${(params.allowedValues as unknown[]).map(v => JSON.stringify(v)).join(', ')}`
    case 'minLength':
      return params.limit === 1 ? 'not empty' : `at least ${params.limit} characters long`
    case 'minItems':
      return params.limit === 1 ? 'a list of at least one' : `a list of at least ${params.limit}`
    case 'uniqueItems':
      return 'a list without repetitions'
    case 'pattern':
      return `text that matches ${params.pattern}`
    case 'format':
      return 'an absolute URI'
    default:
      return `valid (${keyword} ${JSON.stringify(params)})`
  }
}

/** What to do about a key that `owner` does not have; with the keys that it has, where none is near. */
export function unknownFieldInWords(
  owner: string,
  schema: SchemaError['parentSchema'],
  isFarFromAll: boolean,
): string {
  const [pattern] = Object.keys((schema.patternProperties ?? {}) as object)
  if (pattern !== undefined) return `named by text that matches ${pattern}`
  const fields = isFarFromAll
    ? `, whose fields are ${Object.keys(knownFields(schema)).join(', ')}`
    : ''
  return `left out: it is no field of ${owner}${fields}`
}

/** The fields that an object schema declares. */
export function knownFields(
  schema: SchemaError['parentSchema'],
): Readonly<Record<string, unknown>> {
  return (schema.properties ?? {}) as Record<string, unknown>
}

function range({ type, minimum, maximum }: SchemaError['parentSchema']): string {
  const kind = types[String(type)] ?? 'a number'
  if (maximum === undefined) return `${kind} of at least ${minimum}`
  if (minimum === undefined) return `${kind} of at most ${maximum}`
  return `${kind} from ${minimum} to ${maximum}`
}
