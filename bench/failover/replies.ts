import type { Reply } from './clients-process.ts'
import type { Arrival } from './service.ts'

/** No answer, or one of a server's failure. */
export function hasFailed({ status, error }: Reply): boolean {
  return error !== null || status === 0 || status >= 500
}

export function failuresOf(replies: readonly Reply[], method?: Reply['method']): number {
  return replies.filter(
    reply => hasFailed(reply) && (method === undefined || reply.method === method),
  ).length
}

/** POSTs that were executed more than once, wherever. */
export function postedTwice(arrivals: readonly Arrival[]): number {
  const times = new Map<string, number>()
  for (const { method, id } of arrivals) {
    if (method === 'POST') times.set(id, (times.get(id) ?? 0) + 1)
  }
  return [...times.values()].filter(count => count > 1).length
}

/** Who answered whom before `until`: with a sticky flag that is who would have answered later as well. */
export function usersOf(replies: readonly Reply[], service: string, until: number): Set<string> {
  const those = replies.filter(reply => reply.service === service && reply.endedAt < until)
  return new Set(those.map(({ user }) => user))
}

/** Time to the answer at a quantile, from when each request was due; null for none. */
export function quantileMs(replies: readonly Reply[], quantile: number): number | null {
  const times = replies.map(({ dueAt, endedAt }) => endedAt - dueAt).sort((a, b) => a - b)
  return times[Math.min(times.length - 1, Math.floor(times.length * quantile))] ?? null
}

/** Requests that were due within a time. */
export function dueWithin(replies: readonly Reply[], from: number, to: number): Reply[] {
  return replies.filter(({ dueAt }) => dueAt >= from && dueAt < to)
}

/**
 * Failures that the death of a process does not excuse: those on connections opened later, and all but
 * one on each that was open. A connection carries one request at a time.
 */
export function beyondInFlight(replies: readonly Reply[], diedAt: number): number {
  const openedAt = new Map<number, number>()
  for (const { connection, sentAt } of replies) {
    openedAt.set(connection, Math.min(sentAt, openedAt.get(connection) ?? sentAt))
  }
  const excused = new Set<number>()
  return replies.filter(reply => {
    const { connection } = reply
    if (!hasFailed(reply)) return false
    const opened = openedAt.get(connection) as number
    if (connection < 0 || opened > diedAt || excused.has(connection)) return true
    excused.add(connection)
    return reply.endedAt < diedAt
  }).length
}
