import { type ConfigDocument, faultAt, isWritten } from './document.ts'
import type { Draft } from './draft.ts'
import type { Fault } from './fault.ts'
import type { FieldPath } from './field-path.ts'
import { asksForToken, linkCertificate } from './link-certificate.ts'
import { isLoopback } from './loopback.ts'
import { ownHeaders } from './own-headers.ts'
import type { JwtConfig } from './schema-auth.ts'
import type { Checked } from './validate.ts'

type Policy = Checked<'policy'>

/** Headers that mean something to HTTP, to the gateway or to who is asking, and carry no claim. */
const taken = new Set([
  ...ownHeaders,
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'proxy-authenticate',
  'content-type',
  'content-encoding',
  'origin',
  'authorization',
  'cookie',
  'forwarded',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-prefix',
  'x-forwarded-server',
  'x-real-ip',
])

const ofOneIssuer = ['issuer', 'audience', 'jwks', 'jwksFile', 'algorithms'] as const

/** The rules of a policy's `auth` that a schema cannot say; `hasClientCa`, see `linkCertificate`. */
export function linkAuth(policy: Policy, hasClientCa: boolean): Fault[] {
  const { document, draft } = policy
  const { auth } = draft
  if (auth === undefined || auth === 'public') return []
  const faults = linkCertificate(policy, hasClientCa)
  const complain = (path: FieldPath, rule: string): void => {
    faults.push(faultAt(document, ['auth', ...path], rule))
  }

  if (isWritten(document, ['auth', 'issuers'])) {
    for (const field of ofOneIssuer) {
      if (isWritten(document, ['auth', field]))
        complain([field], 'left out, since each of issuers has its own')
    }
    const first = new Map<string, number>()
    auth.issuers?.forEach((each, i) => {
      faults.push(...keyPlaceFaults(document, ['auth', 'issuers', i], each))
      if (each?.issuer === undefined) return
      const before = first.get(each.issuer)
      if (before === undefined) first.set(each.issuer, i)
      else complain(['issuers', i, 'issuer'], `another than that of issuers[${before}]`)
    })
  } else if (asksForToken(policy) || !isWritten(document, ['auth', 'certificate'])) {
    const misspelt = new Set(policy.faults.map(({ hint }) => hint))
    for (const field of ['issuer', 'audience'] as const) {
      if (!isWritten(document, ['auth', field]) && !misspelt.has(field))
        complain([field], 'present')
    }
    faults.push(...keyPlaceFaults(document, ['auth'], auth))
  }
  const headers = Object.keys(auth.forward?.claims ?? {})
  for (const [i, header] of headers.entries()) {
    const rule = aboutClaimHeader(header.toLowerCase(), headers.slice(0, i))
    if (rule !== null)
      faults.push(faultAt(document, ['auth', 'forward', 'claims', header], rule, { part: 'key' }))
  }
  return faults
}

/** Keys of the issuer at `path` come from one place. */
export function keyPlaceFaults(
  document: ConfigDocument,
  path: FieldPath,
  draft: Draft<Pick<JwtConfig, 'jwks'>> | undefined,
): Fault[] {
  const field = [...path, 'jwks']
  const hasAddress = isWritten(document, field)
  if (hasAddress === isWritten(document, [...path, 'jwksFile'])) {
    const rule = hasAddress ? 'left out, or jwksFile be' : 'present, or jwksFile be given'
    return [faultAt(document, field, rule)]
  }
  if (draft?.jwks === undefined || isProviderAddress(draft.jwks)) return []
  return [faultAt(document, field, providerAddress)]
}

export const providerAddress =
  'an https address without user, query and fragment; http on a loopback address only'

/** Keys, codes and id tokens that anybody on the way could exchange would vouch for anybody. */
export function isProviderAddress(text: string): boolean {
  if (!/^https?:\/\/[^/\\@?#\s]+(\/[^\\@?#\s]*)?$/.test(text) || !URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || isLoopback(hostname)
}

function aboutClaimHeader(header: string, before: readonly string[]): string | null {
  if (taken.has(header) || header.startsWith('x-switchback-') || header.startsWith('sec-'))
    return 'a header that is not of HTTP or the gateway'
  return before.some(other => other.toLowerCase() === header) ? 'written once only' : null
}
