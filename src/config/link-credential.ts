import { type ConfigDocument, faultAt, isWritten } from './document.ts'
import type { Draft } from './draft.ts'
import type { Fault } from './fault.ts'
import type { AuthConfig } from './schema-auth.ts'
import type { UpstreamConfig } from './schema-route.ts'

/** The policy that a route names, as far as it matters to who the upstreams take the gateway for. */
export interface CredentialPolicy {
  readonly name: string
  readonly auth: Draft<AuthConfig> | undefined
}

/** Scheme and credentials (RFC 9110 section 11.4) in printable ASCII; a value out of a file easily ends with a line break. */
const form = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+ [!-~]([ -~]*[!-~])?$/

/** The rules of a variant's `credential` that a schema cannot say. */
export function linkCredential(
  document: ConfigDocument,
  variant: 'v1' | 'v2',
  upstream: Draft<UpstreamConfig> | undefined,
  policy: CredentialPolicy,
): Fault[] {
  if (upstream === undefined) return []
  const field = [variant, 'credential']
  const forwarding = authorizationUnder(policy)
  if (!isWritten(document, field)) {
    if (forwarding !== 'replace') return []
    const rule = `present, or "none", since ${policy.name} replaces the Authorization of clients`
    return [faultAt(document, field, rule)]
  }
  const faults: Fault[] = []
  const { credential, mapping } = upstream
  if (credential !== undefined && credential !== 'none' && !form.test(credential)) {
    const rule = '"none", or a scheme, a space and credentials in printable ASCII on one line'
    faults.push(faultAt(document, field, rule))
  }
  if (forwarding === 'keep' || forwarding === 'drop') {
    const rule = `left out, or ${policy.name} have auth.forward.authorization: replace`
    faults.push(faultAt(document, field, rule))
  }
  if (namesAuthorization(mapping)) {
    const rule = 'left out, or mapping.request.headers not name authorization'
    faults.push(faultAt(document, field, rule))
  }
  return faults
}

/** Undefined where there is nothing to say: a public policy, or one that has faults of its own there. */
function authorizationUnder({ auth }: CredentialPolicy) {
  return auth === undefined || auth === 'public' ? undefined : auth.forward?.authorization
}

/** One header is written by one rule. */
function namesAuthorization(mapping: Draft<UpstreamConfig>['mapping']): boolean {
  const { set = {}, remove = [], rename = {} } = mapping?.request?.headers ?? {}
  const named = [...Object.keys(set), ...remove, ...Object.entries(rename).flat()]
  return named.some(name => name?.toLowerCase() === 'authorization')
}
