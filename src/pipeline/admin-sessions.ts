import { loginCookie, sessionCookie } from '../admin/session/browser-cookies.ts'
import { createPendingLogins, loginLastsMs } from '../admin/session/pending-logins.ts'
import type { Proven } from '../admin/session/proof.ts'
import type { LoggedIn, SessionDesk } from '../admin/session/session-desk.ts'
import { createSessions } from '../admin/session/sessions.ts'
import type { AdminFault, Asked, WhoAsks } from '../admin/who-asks.ts'
import type { Clock } from '../clock.ts'
import type { SessionRule } from '../config/admin-rule.ts'
import { cookieValues } from '../identity/token-cookie.ts'
import type { Logger } from '../telemetry/log.ts'
import { createSessionLog } from '../telemetry/session-log.ts'
import type { SessionMetrics } from '../telemetry/session-metrics.ts'
import type { AdminCallers } from './admin-callers.ts'
import type { OidcDoor } from './oidc-door.ts'

export interface AdminSessionsDeps {
  readonly clock: Clock
  readonly randomBytes: (size: number) => Buffer
  readonly log: Logger
  readonly metrics: SessionMetrics
  /** Whether the listener speaks TLS, for as long as it is open. */
  readonly isSecure: boolean
  readonly networkOf: (address: string) => string
}

/** Who may ask by the files in force. */
export interface AskedBy {
  readonly callers: AdminCallers
  /** Null: nobody logs in on the page of an identity provider. */
  readonly door: OidcDoor | null
}

/** Milliseconds between two looks for sessions that nobody uses any more. */
const sweepMs = 60_000

/**
 * The sessions of browsers, judged by the files in force: a session is worth what proved it is worth
 * now. It outlives reloads, and nothing else.
 */
export function createAdminSessions(deps: AdminSessionsDeps) {
  const { clock, metrics } = deps
  const cookie = sessionCookie(deps)
  const ofLogin = loginCookie(deps, loginLastsMs)
  const pending = createPendingLogins(deps)
  const tell = createSessionLog(deps.log, metrics)
  let rule: SessionRule = { idleForMs: 0, lastsForMs: 0 }
  let by: AskedBy | null = null
  /** Asked where somebody must prove who they are, and nowhere else. */
  const callers = () => (by as AskedBy).callers
  const sessions = createSessions({
    ...deps,
    rule: () => rule,
    onEnd: ({ name }, why) => tell.ended(name, why),
  })

  function sweep(): void {
    sessions.sweep(proof => by?.callers.byProof(proof).ok ?? false)
    metrics.open.set(sessions.count())
  }

  const secretsIn = (headers: readonly string[]) => valuesIn(headers, cookie.name)

  const whoAsks: WhoAsks = async (headers, address) => {
    const secrets = secretsIn(headers)
    const [secret] = secrets
    // Who sends a token means the token: it is what programs do, with whatever cookies they have.
    if (secret === undefined || hasAuthorization(headers))
      return callers().byHeaders(headers, address)
    // Which of two counts would be a guess, and one of them may be somebody else's.
    const session = secrets.length === 1 ? sessions.find(secret) : null
    if (session === null) return refused('session-over')
    const proven = callers().byProof(session.proof)
    if (proven.ok) return { ok: true, caller: { ...proven.person, csrf: session.csrf } }
    sessions.end(secret, 'withdrawn')
    metrics.open.set(sessions.count())
    return { ...refused('session-over'), name: session.name }
  }

  function logOut(headers: readonly string[]): void {
    for (const secret of secretsIn(headers)) sessions.end(secret, 'logged-out')
    metrics.open.set(sessions.count())
  }

  /** Begins a session for who has proven themselves, in the place of the one that they had. */
  function begin(
    by: 'token' | 'oidc',
    proven: Proven,
    headers: readonly string[],
    address: string,
  ): LoggedIn {
    if (!proven.ok) {
      tell.refused(by)
      return proven
    }
    const { person, proof } = proven
    logOut(headers)
    const { secret, session } = sessions.begin(person.name, proof)
    metrics.open.set(sessions.count())
    tell.began(by, person.name, person.role, address)
    const caller = { ...person, csrf: session.csrf }
    return { ok: true, caller, setCookie: cookie.set(secret) }
  }

  const desk: SessionDesk = {
    cleared: { session: cookie.cleared, login: ofLogin.cleared },
    ways: () => (by === null ? null : { token: true, oidc: by.door !== null }),
    providerHost: () => by?.door?.host ?? null,
    logOut,
    async logIn(token, headers, address) {
      return begin('token', await callers().byToken(token, address), headers, address)
    },
    async sendOff(address, again) {
      const { key, secrets } = pending.begin(address)
      const location = (await by?.door?.authorizationUrl(secrets, again)) ?? null
      if (location === null) return refused('provider-unavailable')
      return { ok: true, location, setCookie: ofLogin.set(key) }
    },
    async takeBack(query, headers, address) {
      const [key, ...more] = valuesIn(headers, ofLogin.name)
      const secrets = key === undefined || more.length > 0 ? null : pending.take(key)
      // The files may have taken the provider away meanwhile.
      const proven =
        secrets === null || !by?.door
          ? refused('login-over')
          : await by.door.prove(query, secrets, address)
      return begin('oidc', proven, headers, address)
    },
  }

  const stopSweeping = clock.every(sweepMs, sweep)
  return {
    desk,
    /** Null where nobody is asked who they are. */
    whoAsks: (): WhoAsks | null => (by === null ? null : whoAsks),
    /** Takes over what the files say. */
    follow(next: SessionRule, nextBy: AskedBy | null): void {
      rule = next
      by = nextBy
      sweep()
    },
    close: stopSweeping,
  }
}

function refused(reason: AdminFault): Extract<Asked, { ok: false }> {
  return { ok: false, reason, name: null, retryAfterMs: 0 }
}

/** The values of the cookies of that name. */
function valuesIn(headers: readonly string[], name: string): string[] {
  return headers.flatMap((text, i) =>
    i % 2 === 1 && headers[i - 1] === 'cookie' ? cookieValues(text, name) : [],
  )
}

function hasAuthorization(headers: readonly string[]): boolean {
  return headers.some((text, i) => i % 2 === 0 && text === 'authorization')
}
