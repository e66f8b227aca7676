import { sessionCookie } from '../admin/session/session-cookie.ts'
import type { LoggedIn, LoginWays, SessionDesk } from '../admin/session/session-desk.ts'
import { createSessions } from '../admin/session/sessions.ts'
import type { Asked, WhoAsks } from '../admin/who-asks.ts'
import type { Clock } from '../clock.ts'
import type { SessionRule } from '../config/admin-rule.ts'
import { cookieValues } from '../identity/token-cookie.ts'
import type { Logger } from '../telemetry/log.ts'
import { createSessionLog } from '../telemetry/session-log.ts'
import type { SessionMetrics } from '../telemetry/session-metrics.ts'
import type { AdminCallers } from './admin-callers.ts'

export interface AdminSessionsDeps {
  readonly clock: Clock
  readonly randomBytes: (size: number) => Buffer
  readonly log: Logger
  readonly metrics: SessionMetrics
  /** Whether the listener speaks TLS, for as long as it is open. */
  readonly isSecure: boolean
}

/** Who may ask by the files in force. */
export interface AskedBy {
  readonly callers: AdminCallers
  readonly ways: LoginWays
}

/** Milliseconds between two looks for sessions that nobody uses any more. */
const sweepMs = 60_000

/**
 * The sessions of browsers, judged by the files in force: a session is worth what proved it is worth
 * now. It outlives reloads, and nothing else.
 */
export function createAdminSessions(deps: AdminSessionsDeps) {
  const { clock, metrics, isSecure } = deps
  const cookie = sessionCookie({ isSecure })
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

  const secretsIn = (headers: readonly string[]): string[] =>
    headers.flatMap((text, i) =>
      i % 2 === 1 && headers[i - 1] === 'cookie' ? cookieValues(text, cookie.name) : [],
    )

  const whoAsks: WhoAsks = async (headers, address) => {
    const secrets = secretsIn(headers)
    const [secret] = secrets
    // Who sends a token means the token: it is what programs do, with whatever cookies they have.
    if (secret === undefined || hasAuthorization(headers))
      return callers().byHeaders(headers, address)
    // Which of two counts would be a guess, and one of them may be somebody else's.
    const session = secrets.length === 1 ? sessions.find(secret) : null
    if (session === null) return over
    const proven = callers().byProof(session.proof)
    if (proven.ok) return { ok: true, caller: { ...proven.person, csrf: session.csrf } }
    sessions.end(secret, 'withdrawn')
    metrics.open.set(sessions.count())
    return { ...over, name: session.name }
  }

  function logOut(headers: readonly string[]): void {
    for (const secret of secretsIn(headers)) sessions.end(secret, 'logged-out')
    metrics.open.set(sessions.count())
  }

  const desk: SessionDesk = {
    clearedCookie: cookie.cleared,
    ways: () => by?.ways ?? null,
    logOut,
    async logIn(token, headers, address): Promise<LoggedIn> {
      const proven = await callers().byToken(token, address)
      if (!proven.ok) {
        tell.refused('token')
        return proven
      }
      const { person, proof } = proven
      logOut(headers)
      const { secret, session } = sessions.begin(person.name, proof)
      metrics.open.set(sessions.count())
      tell.began('token', person.name, person.role, address)
      const caller = { ...person, csrf: session.csrf }
      return { ok: true, caller, setCookie: cookie.set(secret) }
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

const over: Extract<Asked, { ok: false }> = {
  ...{ ok: false, reason: 'session-over' },
  ...{ name: null, retryAfterMs: 0 },
}

function hasAuthorization(headers: readonly string[]): boolean {
  return headers.some((text, i) => i % 2 === 0 && text === 'authorization')
}
