import { type ClaimPath, claimPath, type IssuerRule, issuerRule } from './auth-rule.ts'
import type { AdminConfig, AdminRole } from './schema-admin.ts'
import { durationMs } from './units.ts'

/** `admin` of switchback.yaml as far as it says who may ask. */
export interface AdminRule {
  readonly tokens: readonly TokenRule[]
  readonly oidc: OidcRule | null
  readonly session: SessionRule
}

/** See `admin.session`. */
export interface SessionRule {
  readonly idleForMs: number
  readonly lastsForMs: number
}

export interface TokenRule {
  readonly name: string
  /** Of the token, in lower-case hex. */
  readonly sha256: string
  readonly role: AdminRole
  /** Milliseconds since the Unix epoch from which on it is refused; null for never. */
  readonly untilMs: number | null
}

export interface OidcRule {
  readonly issuer: IssuerRule
  readonly clockToleranceSeconds: number
  readonly nameClaim: ClaimPath
  readonly rolesClaim: ClaimPath
  /** What the provider calls those who have a role here. */
  readonly roles: Readonly<Record<AdminRole, readonly string[]>>
  /** Null: nobody logs in on its page. */
  readonly login: OidcLoginRule | null
}

/** See `admin.oidc.login`. */
export interface OidcLoginRule {
  readonly clientId: string
  /** Null for a public client. */
  readonly clientSecret: string | null
  readonly redirectUri: string
  readonly scopes: readonly string[]
}

/** The rule of an `admin` that has been linked. */
export function adminRule({ tokens, oidc, session }: AdminConfig): AdminRule {
  return {
    tokens: tokens.map(({ until, ...token }) => ({
      ...token,
      untilMs: until === undefined ? null : momentOf(until),
    })),
    oidc:
      oidc === undefined
        ? null
        : {
            issuer: issuerRule(oidc),
            clockToleranceSeconds: oidc.clockToleranceSeconds,
            nameClaim: claimPath(oidc.nameClaim),
            rolesClaim: claimPath(oidc.rolesClaim),
            roles: oidc.roles,
            login: loginRule(oidc.login),
          },
    session: {
      idleForMs: durationMs(session.idleFor),
      lastsForMs: durationMs(session.lastsFor),
    },
  }
}

type LoginConfig = NonNullable<AdminConfig['oidc']>['login']

function loginRule(login: LoginConfig): OidcLoginRule | null {
  return login === undefined ? null : { ...login, clientSecret: login.clientSecret ?? null }
}

/** Milliseconds since the Unix epoch of `2027-01-31` or `2027-01-31T18:00:00Z`; null for what is no such moment. */
export function momentOf(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$/.test(text)) return null
  const at = Date.parse(text)
  // A day that a month does not have would be one of the next month.
  if (Number.isNaN(at) || !new Date(at).toISOString().startsWith(text.replace('Z', ''))) return null
  return at
}
