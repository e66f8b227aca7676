import { Ajv2020 } from 'ajv/dist/2020.js'

export interface Operation {
  readonly operationId: string
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  readonly responses: Readonly<Record<string, unknown>>
}

/** The part of `/openapi.json` that tests read. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

/** `GET /gates/{flag}` and so on, with what each is. */
export function operationsOf({ paths }: ApiDocument): ReadonlyMap<string, Operation> {
  return new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
      ),
    ),
  )
}

/** The same with no room for a field that is not named: what is served must be described. */
export function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const copy = Object.fromEntries(Object.entries(schema).map(([key, each]) => [key, closed(each)]))
  return 'properties' in copy && !('additionalProperties' in copy)
    ? { ...copy, additionalProperties: false }
    : copy
}

/** Judges answers by a document; says what is wrong with one, null for nothing. */
export function createJudge(document: ApiDocument) {
  const ajv = new Ajv2020({ allErrors: true, strict: false })
  ajv.addSchema({ $id: 'api', ...(closed(document) as object) })
  return (page: string, status: number, type: string, body: unknown): string | null => {
    const [method = '', path = ''] = page.split(' ')
    const answers = operationsOf(document).get(page)?.responses ?? {}
    const escaped = path.replaceAll('~', '~0').replaceAll('/', '~1')
    const at = Object.hasOwn(answers, String(status))
      ? `paths/${escaped}/${method.toLowerCase()}/responses/${status}`
      : 'components/responses/Refused'
    const judge = ajv.getSchema(
      `api#/${at.replaceAll('{', '%7B').replaceAll('}', '%7D')}/content/${type.replaceAll('/', '~1')}/schema`,
    )
    if (judge === undefined) return `${page} says nothing of ${status} as ${type}`
    return judge(body) === true ? null : ajv.errorsText(judge.errors)
  }
}
