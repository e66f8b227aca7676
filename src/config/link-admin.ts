import { momentOf } from './admin-rule.ts'
import { faultAt, isWritten } from './document.ts'
import type { Fault } from './fault.ts'
import type { FieldPath } from './field-path.ts'
import { isProviderAddress, keyPlaceFaults, providerAddress } from './link-auth.ts'
import { isLoopback } from './loopback.ts'
import { durationMs } from './units.ts'
import type { Checked } from './validate.ts'

/** Less would log people out while they read. */
const shortestMs = 60_000

/** The rules of `admin` that a schema cannot say. */
export function linkAdmin({ document, draft }: Checked<'process'>): Fault[] {
  const { host, tokens, oidc, session } = draft.admin ?? {}
  const faults: Fault[] = []
  const complain = (path: FieldPath, rule: string): void => {
    faults.push(faultAt(document, ['admin', ...path], rule))
  }

  if (host !== undefined && !isLoopback(host)) {
    const knowsCallers = isWritten(document, ['admin', 'oidc']) || (tokens?.length ?? 0) > 0
    const lacks = [
      ...(isWritten(document, ['admin', 'tls']) ? [] : ['no tls']),
      ...(knowsCallers ? [] : ['neither tokens nor oidc']),
    ]
    if (lacks.length > 0)
      complain(['host'], `a loopback address while admin has ${lacks.join(' and ')}`)
  }

  const taken = { name: new Map<string, number>(), sha256: new Map<string, number>() }
  tokens?.forEach((token, i) => {
    for (const field of ['name', 'sha256'] as const) {
      // Anna and anna would be one person to whoever reads the audit.
      const value = token?.[field]?.toLowerCase()
      if (value === undefined) continue
      const before = taken[field].get(value)
      if (before === undefined) taken[field].set(value, i)
      else complain(['tokens', i, field], `another than that of tokens[${before}]`)
    }
    if (token?.until !== undefined && momentOf(token.until) === null)
      complain(
        ['tokens', i, 'until'],
        'a day such as 2027-01-31, or a moment such as 2027-01-31T18:00:00Z',
      )
  })

  const [idleMs, lastsMs] = [session?.idleFor, session?.lastsFor].map(text =>
    text === undefined ? undefined : durationMs(text),
  )
  if (idleMs !== undefined && idleMs < shortestMs)
    complain(['session', 'idleFor'], 'a time from 1m on')
  if (lastsMs !== undefined && lastsMs < shortestMs)
    complain(['session', 'lastsFor'], 'a time from 1m on')
  else if (idleMs !== undefined && lastsMs !== undefined && lastsMs < idleMs)
    complain(['session', 'lastsFor'], `no shorter than idleFor, which is ${session?.idleFor}`)

  if (oidc === undefined) return faults
  const { roles = {} } = oidc
  const named = [roles.viewer, roles.operator, roles.approver]
  if (isWritten(document, ['admin', 'oidc', 'roles']) && named.every(each => each?.length === 0))
    complain(['oidc', 'roles'], 'an object with a name for viewer, operator or approver')
  if (oidc.login !== undefined) {
    const { redirectUri, scopes } = oidc.login
    if (oidc.issuer !== undefined && !isProviderAddress(oidc.issuer))
      complain(['oidc', 'issuer'], `${providerAddress}, where login begins there`)
    if (redirectUri !== undefined && !isCallback(redirectUri))
      complain(
        ['oidc', 'login', 'redirectUri'],
        `${providerAddress}, with the path ${callbackPath}`,
      )
    if (scopes !== undefined && !scopes.includes('openid'))
      complain(['oidc', 'login', 'scopes'], 'a list with openid')
  }
  return [...faults, ...keyPlaceFaults(document, ['admin', 'oidc'], oidc)]
}

const callbackPath = '/login/callback'

function isCallback(text: string): boolean {
  return isProviderAddress(text) && new URL(text).pathname === callbackPath
}
