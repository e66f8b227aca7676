import { STATUS_CODES } from 'node:http'
import { schemaName } from '../answers/schema-of.ts'
import { refusalSchema } from '../refusal.ts'
import type { LeastRole } from '../role-table.ts'
import type { PageInWords } from './page-table.ts'

/** A page as it is served. */
export interface ServedPage {
  readonly method: string
  /** With `:name` for what stands in its place, `*` for a path of any length. */
  readonly url: string
  readonly least: LeastRole
  readonly words: PageInWords
  /** What it is judged by before it is done. */
  readonly body: object | null
  readonly query: Readonly<Record<string, object>>
}

/** The admin API as OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0). */
export function openApiDocument(pages: readonly ServedPage[]): object {
  const schemas: Record<string, unknown> = {}

  /** The same with each schema that has a name put down once, and referred to. */
  function referred(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(referred)
    if (typeof value !== 'object' || value === null) return value
    const name = (value as { readonly [schemaName]?: string })[schemaName]
    const plain = () =>
      Object.fromEntries(Object.entries(value).map(([key, each]) => [key, referred(each)]))
    if (name === undefined) return plain()
    schemas[name] ??= plain()
    return { $ref: `#/components/schemas/${name}` }
  }

  const paths: Record<string, Record<string, unknown>> = {}
  for (const each of pages) {
    const path = named(each.url).replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [each.method.toLowerCase()]: operation(each, referred) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Switchback, admin API',
      version: '1',
      description: 'What operators ask of a gateway, and ask it to do; see docs/admin-api.md.',
    },
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description:
            'A token of admin.tokens, or a JWT of admin.oidc. Without both, who can connect to loopback needs none.',
        },
      },
      responses: {
        Refused: {
          description: 'Why not.',
          content: { 'application/json': { schema: refusalSchema } },
        },
      },
      schemas,
    },
  }
}

function operation(
  { method, url, least, words, body, query }: ServedPage,
  referred: (schema: object) => unknown,
) {
  const inPath = [...named(url).matchAll(/:(\w+)/g)].map(([, name]) => ({
    ...{ name, in: 'path', required: true },
    schema: { type: 'string' },
  }))
  const inQuery = Object.entries(query).map(([name, schema]) => ({ name, in: 'query', schema }))
  const answers = Object.entries(words.answers).map(([status, { type = jsonType, schema }]) => [
    status,
    { description: STATUS_CODES[status], content: { [type]: { schema: referred(schema) } } },
  ])
  return {
    operationId: operationId(method, url),
    summary: words.summary,
    // OpenAPI 3.1 names the role that a bearer must have where other schemes name a scope.
    security: least === 'anyone' ? [] : [{ bearer: [least] }],
    parameters: [...inPath, ...inQuery],
    ...(body === null
      ? {}
      : { requestBody: { required: true, content: { [jsonType]: { schema: body } } } }),
    responses: {
      ...Object.fromEntries(answers),
      default: { $ref: '#/components/responses/Refused' },
    },
  }
}

const jsonType = 'application/json'

/** OpenAPI has names alone. */
function named(url: string): string {
  return url.replace('*', ':path')
}

/** `postLatchesFlagDrillEnd` */
function operationId(method: string, url: string): string {
  const parts = url.split(/\W+/).filter(part => part !== '')
  return [
    method.toLowerCase(),
    ...parts.map(part => `${part.slice(0, 1).toUpperCase()}${part.slice(1)}`),
  ].join('')
}
