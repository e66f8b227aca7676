import { code, pageOf, tableOf } from './markdown.ts'
import { servedDescription } from './served-description.ts'

/** What of OpenAPI 3.1 the description of the admin listener uses. */
export interface ApiDescription {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, ApiSchema>> }
}

interface Operation {
  readonly summary: string
  readonly security: readonly { readonly bearer: readonly string[] }[]
  readonly parameters: readonly { readonly name: string; readonly in: string }[]
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: ApiSchema }>>
  }
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: ApiSchema }>> }>
  >
}

interface ApiSchema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly ApiSchema[]
  readonly oneOf?: readonly ApiSchema[]
  readonly items?: ApiSchema
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, ApiSchema>>
  readonly additionalProperties?: boolean | ApiSchema
}

/** `api.md`: every page of the admin listener, as a running one describes it. */
export async function apiPage(): Promise<string> {
  const { paths, components } = await servedDescription()
  const rows = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => pageRow(method, path, operation)),
  )
  const schemas = Object.entries(components.schemas).sort(([a], [b]) => (a < b ? -1 : 1))
  return pageOf(
    'The admin API',
    'What a running gateway says of itself at `GET /openapi.json`, from which tools make clients. [The admin listener](../admin-api.md) says what it is for, and [who may ask](../admin-access.md). Refusals are in [errors.md](errors.md#to-operators).',
    [
      '## Pages',
      tableOf(['page', 'least role', 'what it is', 'query', 'body', 'answer'], rows),
      '## What is answered',
      ...schemas.flatMap(([name, schema]) => [
        `### ${name}`,
        tableOf(
          ['field', 'type'],
          fieldsOf(schema, '').map(([field, type]) => [code(field), type]),
        ),
      ]),
    ],
  )
}

function pageRow(method: string, path: string, operation: Operation): string[] {
  const { security, summary, parameters, requestBody, responses } = operation
  const query = parameters.flatMap(each => (each.in === 'query' ? code(each.name) : []))
  const body = Object.values(requestBody?.content ?? {}).map(({ schema }) => bodyInWords(schema))
  const answers = Object.entries(responses).flatMap(([status, { content = {} }]) =>
    Object.entries(content).map(([type, { schema }]) => answerInWords(status, type, schema)),
  )
  return [
    code(`${method.toUpperCase()} ${path}`),
    security.flatMap(({ bearer }) => bearer).join(', ') || 'anyone',
    summary,
    query.join(', '),
    body.join(', '),
    answers.join('; '),
  ]
}

function bodyInWords({ properties = {}, required = [] }: ApiSchema): string {
  return Object.keys(properties)
    .map(name => (required.includes(name) ? code(name) : `${code(name)}?`))
    .join(', ')
}

function answerInWords(status: string, type: string, schema: ApiSchema): string {
  const what = type === 'application/json' ? typeInWords(schema) : type
  return status === '200' ? what : `${status}: ${what}`
}

/** Dotted fields with their types, groups before what is in them. */
function fieldsOf(schema: ApiSchema, path: string): [field: string, type: string][] {
  const { properties, items, required = [] } = schema
  if (items?.properties !== undefined) return fieldsOf(items, `${path}[]`)
  if (properties === undefined) return path === '' ? [['', typeInWords(schema)]] : []
  return Object.entries(properties).flatMap(([name, each]) => {
    const field = path === '' ? name : `${path}.${name}`
    const type = required.includes(name) ? typeInWords(each) : `${typeInWords(each)}, or absent`
    return [[field, type], ...fieldsOf(each, field)] as [string, string][]
  })
}

function typeInWords(schema: ApiSchema): string {
  const { $ref, enum: values, anyOf, oneOf, items, type, properties, additionalProperties } = schema
  if ($ref !== undefined) {
    const name = $ref.slice($ref.lastIndexOf('/') + 1)
    return `[${name}](#${name.toLowerCase()})`
  }
  const either = anyOf ?? oneOf
  if (either !== undefined) return either.map(typeInWords).join(' or ')
  if ('const' in schema) return code(JSON.stringify(schema.const))
  if (values !== undefined) return values.map(value => code(String(value))).join(', ')
  if (items !== undefined) return `list of ${typeInWords(items)}`
  if (properties !== undefined) return 'group'
  if (typeof additionalProperties === 'object')
    return `${typeInWords(additionalProperties)} by name`
  return [type ?? 'anything'].flat().join(' or ')
}
