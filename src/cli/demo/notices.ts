/** What the demo tells by itself, and with more numbers. */
const toldAlready = 'switched back: all traffic to V1'

/** A warning in the gateway's log as lines for a person: what happened, then each fault. */
export function noticeLines(logLine: string): string[] {
  const { msg, faults = [], error } = JSON.parse(logLine)
  if (msg === toldAlready) return []
  const why = typeof error === 'string' ? [error] : error?.message ? [error.message] : []
  return [`  ! ${msg}`, ...[...faults, ...why].map(line => `    ${line}`)]
}
