import { isCanonicalPath } from './address-rules.ts'
import { type ConfigDocument, faultAt } from './document.ts'
import type { Draft } from './draft.ts'
import { expressionProblem } from './expression.ts'
import type { Fault } from './fault.ts'
import type { FieldPath } from './field-path.ts'
import { ownHeaders } from './own-headers.ts'
import type { MappingConfig } from './schema-mapping.ts'

type Complain = (path: FieldPath, rule: string, hint?: string) => void

const requestVariables = ['method', 'path', 'query']
const answerVariables = [...requestVariables, 'status']

/** Headers that are the gateway's to write: who is asked, how long a body is, what one connection agreed on. */
const untouchable: ReadonlySet<string> = new Set([
  ...ownHeaders,
  'content-encoding',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'x-switchback-decision',
])

/** The rules of a mapping, at `path`, that a schema cannot say. */
export function linkMapping(
  document: ConfigDocument,
  path: FieldPath,
  mapping: Draft<MappingConfig> | undefined,
): Fault[] {
  const faults: Fault[] = []
  const complain: Complain = (below, rule, hint) => {
    faults.push(faultAt(document, [...path, ...below], rule, { hint }))
  }
  aboutPaths(mapping?.paths ?? [], complain)
  aboutQuery(mapping?.query ?? {}, complain)
  const { request, response } = mapping ?? {}
  aboutHeaders(['request', 'headers'], request?.headers ?? {}, complain)
  aboutHeaders(['response', 'headers'], response?.headers ?? {}, complain)
  aboutExpression(['request', 'body'], request?.body, requestVariables, complain)
  aboutExpression(['response', 'body'], response?.body, answerVariables, complain)
  aboutExpression(['response', 'errorBody'], response?.errorBody, answerVariables, complain)
  return faults
}

function aboutPaths(paths: NonNullable<Draft<MappingConfig>['paths']>, complain: Complain): void {
  for (const [i, rewrite] of paths.entries()) {
    for (const end of ['from', 'to'] as const) {
      const prefix = rewrite?.[end]
      if (prefix !== undefined && !isCanonicalPath(prefix)) {
        complain(
          ['paths', i, end],
          'canonical: no //, dot segments, %, ; or backslash, and no slash at the end',
        )
      }
    }
    const from = rewrite?.from
    if (from === undefined) continue
    const before = paths.findIndex(
      (other, at) => at < i && other?.from !== undefined && isWithin(from, other.from),
    )
    if (before !== -1) {
      complain(['paths', i, 'from'], `before paths[${before}], which matches all that it matches`)
    }
  }
}

function isWithin(path: string, prefix: string): boolean {
  return prefix === '/' || path === prefix || path.startsWith(`${prefix}/`)
}

function aboutQuery(query: Readonly<Record<string, string | undefined>>, complain: Complain): void {
  const taken = new Map<string, string>()
  for (const [from, to] of Object.entries(query)) {
    if (to === undefined) continue
    // Half a surrogate pair is no character, and cannot be sent as one.
    if (!to.isWellFormed()) complain(['query', from], 'well-formed Unicode')
    const twin = taken.get(to)
    if (twin !== undefined) complain(['query', from], `other than that of ${twin}`)
    taken.set(to, from)
  }
}

/** One header is touched by one rule, so that their order means nothing. */
function aboutHeaders(
  path: FieldPath,
  { set = {}, remove = [], rename = {} }: Draft<MappingConfig['request']['headers']>,
  complain: Complain,
): void {
  const taken = new Map<string, string>()
  const touch = (below: FieldPath, written: string, rule: string): void => {
    const name = written.toLowerCase()
    const at = [...path, ...below]
    if (untouchable.has(name) || name.startsWith('sec-websocket-'))
      complain(at, `about another header: ${name} is the gateway's own`)
    const other = taken.get(name)
    if (other !== undefined) complain(at, `about a header that ${other} does not name as well`)
    else taken.set(name, rule)
  }
  for (const [i, name] of remove.entries()) {
    if (name !== undefined) touch(['remove', i], name, 'remove')
  }
  for (const [from, to] of Object.entries(rename)) {
    touch(['rename', from], from, 'rename')
    if (to !== undefined) touch(['rename', from], to, 'rename')
  }
  for (const name of Object.keys(set)) touch(['set', name], name, 'set')
}

function aboutExpression(
  path: FieldPath,
  text: string | undefined,
  variables: readonly string[],
  complain: Complain,
): void {
  if (text === undefined) return
  const problem = expressionProblem(text, variables)
  if (problem === null) return
  const { message, position, hint } = problem
  complain(path, `a JSONata expression (at character ${position}: ${message})`, hint)
}
