import type { Logger } from './log.ts'
import type { SessionMetrics } from './session-metrics.ts'

/** Counts and tells what becomes of the sessions of browsers; never with a token or a cookie. */
export function createSessionLog(
  log: Pick<Logger, 'info'>,
  { logins, ended }: Pick<SessionMetrics, 'logins' | 'ended'>,
) {
  return {
    began(by: 'token' | 'oidc', name: string, role: string, address: string): void {
      logins.inc({ by, result: 'done' })
      log.info({ event: 'admin-login', by, name, role, address }, 'somebody logged in')
    },
    /** The refusal itself is told as any other. */
    refused(by: 'token' | 'oidc'): void {
      logins.inc({ by, result: 'refused' })
    },
    ended(name: string, why: string): void {
      ended.inc({ reason: why })
      log.info({ event: 'admin-session-ended', name, why }, 'a session of a browser ended')
    },
  }
}
