import type { SecurityNews } from '../security/event.ts'
import type { Logger } from './log.ts'

/** Writes down security events; whole addresses stand here, and age with the log. */
export function createSecurityLog(log: Pick<Logger, 'warn' | 'info'>) {
  return ({ step, event }: SecurityNews, text: string): void => {
    const { kind, client, refusals, from, withinMs } = event
    const details = { event: `security-event-${step}`, kind, client, refusals, from, withinMs }
    log[step === 'ended' ? 'info' : 'warn'](details, text)
  }
}
