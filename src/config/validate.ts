import { readFileSync } from 'node:fs'
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'
import { type ConfigDocument, type DocumentKind, faultAt } from './document.ts'
import type { Draft } from './draft.ts'
import type { Fault } from './fault.ts'
import { type FieldPath, fieldName, pathOfPointer, setAt, valueAt } from './field-path.ts'
import { nearest } from './near.ts'
import { knownFields, ruleInWords, unknownFieldInWords } from './rule-in-words.ts'
import type { FlagConfig } from './schema-flag.ts'
import type { PolicyConfig } from './schema-policy.ts'
import type { ProcessConfig } from './schema-process.ts'
import type { RouteConfig } from './schema-route.ts'
import { durationFormat, durationPattern, isWaitable } from './units.ts'

interface Shapes {
  process: ProcessConfig
  route: RouteConfig
  policy: PolicyConfig
  flag: FlagConfig
}

/** A document against its schema. */
export interface Checked<Kind extends DocumentKind> {
  readonly document: ConfigDocument
  /** The contents with defaults, without the parts that break the schema; whole when no faults. */
  readonly draft: Draft<Shapes[Kind]>
  readonly faults: readonly Fault[]
}

/** Mistakes told per file; a file with more is another kind of file, and each costs a walk through it. */
const maxMistakes = 200

const ajv = new Ajv({
  allErrors: true,
  useDefaults: true,
  verbose: true,
  strict: true,
  // A budget's `min` is a number, or a percentage.
  allowUnionTypes: true,
  // A process compiles these schemas when it starts, and holds a few files against them. Half of that
  // time would go into code that is a little faster, into holding our schemas against JSON Schema's, and
  // into sentences in the place of which we have our own.
  code: { optimize: false },
  validateSchema: false,
  messages: false,
  formats: { uri: (text: string) => URL.canParse(text), [durationFormat]: isWaitable },
})

const schemas: { readonly [Kind in DocumentKind]: string } = {
  process: 'switchback.schema.json',
  route: 'route.schema.json',
  policy: 'policy.schema.json',
  flag: 'flag.schema.json',
}

/**
 * As published: what editors check by is what a process checks by, and it loads none of what schemas are written
 * with, which would be a fifth of its start. What a pattern cannot say is put back.
 */
function readSchema(kind: DocumentKind): object {
  const file = new URL(`../../schemas/${schemas[kind]}`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8'), (key, value) => {
    // For whoever reads the schema; each error would carry it along.
    if (key === 'description' && typeof value === 'string') return undefined
    const isDuration = isObject(value) && value.pattern === durationPattern
    return isDuration ? { ...value, format: durationFormat } : value
  })
}

/** By kind, once one is there to be held against it: a process that reads no files compiles none. */
const validators = new Map<DocumentKind, ValidateFunction>()

function validatorOf(kind: DocumentKind): ValidateFunction {
  const known = validators.get(kind)
  if (known !== undefined) return known
  const compiled = ajv.compile(readSchema(kind))
  validators.set(kind, compiled)
  return compiled
}

/** Holds a document against the schema of its kind. Types are never converted. */
export function validate<Kind extends DocumentKind>(
  kind: Kind,
  document: ConfigDocument,
): Checked<Kind> {
  const validator = validatorOf(kind)
  const draft = structuredClone(document.value)
  const errors = validator(draft) ? [] : (validator.errors ?? [])
  const mistakes = errors
    .slice(0, maxMistakes)
    .filter(({ keyword }) => keyword !== 'if')
    .map(error => mistakeOf(error, document))
  const misspelled = new Set(
    mistakes.map(({ path, hint, part }) => (part === 'key' && hint ? sibling(path, hint) : '')),
  )

  for (const { path, part } of mistakes) if (part === 'value') setAt(draft, path, undefined)
  return {
    document,
    draft: (isObject(draft) ? draft : {}) as Draft<Shapes[Kind]>,
    faults: mistakes
      .filter(({ path, missing }) => !(missing && misspelled.has(fieldName(path))))
      .map(({ path, rule, hint, part }) => faultAt(document, path, rule, { hint, part })),
  }
}

interface Mistake {
  readonly path: FieldPath
  readonly rule: string
  readonly hint?: string | undefined
  readonly part: 'value' | 'key'
  readonly missing?: boolean
}

/** What a field at the top of a document is a field of. */
const wholes: { readonly [Kind in DocumentKind]: string } = {
  process: 'switchback.yaml',
  route: 'a route',
  policy: 'a policy',
  flag: 'a flag',
}

function mistakeOf(error: ErrorObject, { kind, shown }: ConfigDocument): Mistake {
  const { keyword, params } = error
  const parentSchema = isObject(error.parentSchema) ? error.parentSchema : {}
  const path = pathOfPointer(error.instancePath, shown)
  if (keyword === 'required') {
    return {
      path: [...path, params.missingProperty],
      rule: 'present',
      part: 'value',
      missing: true,
    }
  }
  if (keyword === 'additionalProperties') {
    const key: string = params.additionalProperty
    const written = new Set(Object.keys((valueAt(shown, path) ?? {}) as object))
    const known = Object.keys(knownFields(parentSchema))
    const hint = nearest(
      key,
      known.filter(name => !written.has(name)),
    )
    return {
      path: [...path, key],
      rule: unknownFieldInWords(fieldName(path) || wholes[kind], parentSchema, hint === undefined),
      part: 'key',
      hint,
    }
  }
  const rule = ruleInWords({ keyword, params, parentSchema })
  const value = valueAt(shown, path)
  if (keyword === 'type' && parentSchema.type === 'string' && typeof value === 'number') {
    const isEnough = new RegExp(String(parentSchema.pattern ?? ''), 'u').test(String(value))
    return { path, rule, part: 'value', hint: isEnough ? String(value) : undefined }
  }
  if (typeof value === 'string' && Array.isArray(parentSchema.enum)) {
    return { path, rule, part: 'value', hint: nearest(value, parentSchema.enum.map(String)) }
  }
  return { path, rule, part: 'value' }
}

function sibling(path: FieldPath, name: string): string {
  return fieldName([...path.slice(0, -1), name])
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
