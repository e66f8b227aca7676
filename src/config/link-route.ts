import { isCanonicalPath, isHostPattern } from './address-rules.ts'
import { faultAt, isWritten } from './document.ts'
import type { Fault } from './fault.ts'
import type { FieldPath } from './field-path.ts'
import { linkCredential } from './link-credential.ts'
import { linkUpstream } from './link-upstream.ts'
import { nearest } from './near.ts'
import type { Checked } from './validate.ts'

/** What a route may refer to. */
export interface Surroundings {
  /** By file name; null for a file that could not be parsed. */
  readonly policies: ReadonlyMap<string, Checked<'policy'> | null>
  readonly flagNames: readonly string[]
  readonly usesUnleash: boolean
  readonly hasCookieSecret: boolean
}

/** What Unleash's context has besides properties, and would be read in place of one. */
const contextFields = new Set([
  'appName',
  'currentTime',
  'environment',
  'remoteAddress',
  'sessionId',
  'userId',
])

/** The rules that a schema cannot say: between the fields of a route, and between it and other files. */
export function linkRoute(route: Checked<'route'>, around: Surroundings): Fault[] {
  const { document, draft } = route
  const faults: Fault[] = []
  const complain = (path: FieldPath, rule: string, hint?: string): void => {
    faults.push(faultAt(document, path, rule, { hint }))
  }

  const { host, path } = draft.match ?? {}
  if (host !== undefined && !isHostPattern(host)) {
    complain(['match', 'host'], 'a lower-case host name without port, or *. and such a name')
  }
  if (path !== undefined && !isCanonicalPath(path)) {
    complain(
      ['match', 'path'],
      'canonical: no //, dot segments, %, ; or backslash, and no slash at the end',
    )
  }

  const { flag, policy } = draft
  const auth = policy === undefined ? undefined : around.policies.get(policy)?.draft.auth
  for (const variant of ['v1', 'v2'] as const) {
    const upstream = draft[variant]
    faults.push(...linkUpstream(document, variant, upstream))
    faults.push(...linkCredential(document, variant, upstream, { name: policy ?? '', auth }))
  }

  if (isWritten(document, ['v2']) && !isWritten(document, ['flag'])) {
    complain(['flag'], 'present, to decide who gets V2')
  } else if (isWritten(document, ['flag']) && !isWritten(document, ['v2'])) {
    complain(['flag'], 'left out, or v2 be given')
  } else if (flag !== undefined && !around.usesUnleash && !around.flagNames.includes(flag)) {
    complain(
      ['flag'],
      'the name of a file in flags/, since there is no unleash:',
      nearest(flag, around.flagNames),
    )
  }

  if (policy !== undefined && !around.policies.has(policy)) {
    const hint = nearest(policy, around.policies.keys())
    complain(['policy'], 'the name of a file in policies/', hint)
  }
  if (auth === 'public') {
    for (const path of claimSources(draft)) {
      complain(path, `read under a policy with a JWT (${policy} has auth: public)`)
    }
  } else {
    const told = new Set(
      Object.keys(auth?.forward?.claims ?? {}).map(header => header.toLowerCase()),
    )
    for (const { path, header } of headerSources(draft)) {
      if (told.has(header.toLowerCase()))
        complain(path, `another header, or its claim: ${policy} tells upstreams the claim by it`)
    }
  }

  for (const name of Object.keys(draft.properties ?? {})) {
    if (contextFields.has(name)) {
      complain(['properties', name], "named otherwise: this is a field of Unleash's own")
    }
  }
  if (isWritten(document, ['force']) && !isWritten(document, ['user']) && auth === 'public') {
    complain(['force'], 'left out, or user be given to know the testers by')
  }
  if (draft.sticky === 'seen-v2' && !around.hasCookieSecret) {
    complain(['sticky'], '"flag" as long as switchback.yaml has no cookieSecret')
  }
  return faults
}

type RouteDraft = Checked<'route'>['draft']

/** What the route wants to know of its callers, and where it says so. */
function sources({ user, properties = {} }: RouteDraft) {
  return [
    { path: ['user'], source: user },
    ...Object.entries(properties).map(([name, source]) => ({ path: ['properties', name], source })),
  ]
}

/** Fields of the route that read a claim. */
function claimSources(draft: RouteDraft): FieldPath[] {
  return sources(draft).flatMap(({ path, source }) =>
    source !== undefined && 'claim' in source ? [[...path, 'claim']] : [],
  )
}

/** Fields of the route that read a header, which anybody could have sent. */
function headerSources(draft: RouteDraft): { path: FieldPath; header: string }[] {
  return sources(draft).flatMap(({ path, source }) =>
    source !== undefined && 'header' in source && source.header !== undefined
      ? [{ path: [...path, 'header'], header: source.header }]
      : [],
  )
}
