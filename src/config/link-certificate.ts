import { faultAt, isWritten } from './document.ts'
import type { Fault } from './fault.ts'
import type { Checked } from './validate.ts'

/** What says something about tokens only. */
const ofTokens = [
  'algorithms',
  'clockToleranceSeconds',
  'cookie',
  'requiredClaims',
  'scopesClaim',
  'scopes',
] as const

/** Whether a policy asks for a token: says whose. */
export function asksForToken({ document }: Checked<'policy'>): boolean {
  const fields = ['issuers', 'issuer', 'audience', 'jwks', 'jwksFile']
  return fields.some(field => isWritten(document, ['auth', field]))
}

/** The rules of `auth.certificate` that a schema cannot say. `hasClientCa`: clients are asked for certificates at all. */
export function linkCertificate(policy: Checked<'policy'>, hasClientCa: boolean): Fault[] {
  const { document, draft } = policy
  const { auth } = draft
  if (auth === undefined || auth === 'public' || !isWritten(document, ['auth', 'certificate']))
    return []
  const faults: Fault[] = []
  const complain = (path: readonly (string | number)[], rule: string): void => {
    faults.push(faultAt(document, ['auth', ...path], rule))
  }
  if (!hasClientCa) {
    complain(['certificate'], 'left out as long as switchback.yaml has no listen.tls.clientCaFile')
  }
  const { names, roles = {}, demand } = auth.certificate ?? {}
  if (!asksForToken(policy)) {
    const idle = ofTokens.filter(field => isWritten(document, ['auth', field]))
    for (const field of idle) complain([field], 'left out, since no token is asked for')
    if (isWritten(document, ['auth', 'certificate', 'demand']))
      complain(['certificate', 'demand'], 'left out, since no token is asked for')
  } else if (demand === 'both' && isWritten(document, ['auth', 'certificate', 'roles'])) {
    complain(
      ['certificate', 'roles'],
      'left out, since with demand: both the roles are those of the token',
    )
  }
  for (const caller of Object.keys(roles)) {
    if (names !== undefined && !names.includes(caller))
      complain(['certificate', 'roles', caller], 'the roles of one of names')
  }
  return faults
}
