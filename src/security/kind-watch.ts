import type { SecurityConfig } from '../config/schema-security.ts'
import type { SecurityEvent, SecurityNews } from './event.ts'
import type { SecurityKind } from './kinds.ts'
import { stepOf } from './step.ts'
import { createWindow } from './window.ts'

export type EventRule = SecurityConfig['events'][SecurityKind]

/** When something is so, by both clocks: the one measures, the other is shown. */
export interface Moment {
  /** Monotonic milliseconds. */
  readonly now: number
  /** Wall-clock milliseconds. */
  readonly at: number
}

/** Clients of one kind that have an event of their own within an hour: what is told must not grow with who attacks. */
export const mostNamed = 8
const namedForMs = 3_600_000

interface Lasting {
  event: SecurityEvent
  readonly beganAt: number
  overAt: number
  toldAt: number
  told: number
}

/** Watches the refusals of one kind: an event for each client that stands out, and one for all others. */
export function createKindWatch(kind: SecurityKind, first: EventRule) {
  let rule = first
  let window = createWindow(rule.withinMs)
  const named = new Map<string, Lasting>()
  let together: Lasting | null = null
  /** When those began that are over and still count as named. */
  let spent: number[] = []

  function begun(
    client: string | null,
    refusals: number,
    from: number | null,
    { now, at }: Moment,
  ): Lasting {
    const { withinMs } = rule
    const event = { kind, client, since: at, lastAt: at, refusals, from, withinMs }
    return { event, beganAt: now, overAt: now, toldAt: now, told: refusals }
  }

  /** Refusals more; whether there are enough just now. */
  function goesOn(lasting: Lasting, more: number, isOver: boolean, { now, at }: Moment): void {
    if (isOver) lasting.overAt = now
    if (more === 0) return
    const { event } = lasting
    lasting.event = { ...event, lastAt: at, refusals: event.refusals + more }
  }

  function hasRoom(now: number): boolean {
    spent = spent.filter(beganAt => now - beganAt < namedForMs)
    return named.size + spent.length < mostNamed
  }

  /** What there is to tell of an event that lasts, without a further refusal. */
  function step(lasting: Lasting, isOver: boolean, now: number): SecurityNews | null {
    const { event, overAt, toldAt, told } = lasting
    const isOff = rule.perClient === 0 && (event.client !== null || rule.inAll === 0)
    const { refusals } = event
    const next = stepOf({ now, isOver, overAt, isOff, toldAt, told, refusals })
    if (next === null) return null
    lasting.toldAt = now
    lasting.told = refusals
    return { step: next, event }
  }

  /** Refusals within the window that belong to no named client. */
  function ofOthers(now: number): number {
    let others = window.all(now)
    for (const client of named.keys()) others -= window.of(client, now)
    return others
  }

  function isOverOf(client: string, now: number): boolean {
    return rule.perClient > 0 && window.of(client, now) >= rule.perClient
  }

  function areOver(now: number): boolean {
    return rule.inAll > 0 && ofOthers(now) >= rule.inAll
  }

  return {
    /** Takes a report: refusals in all, and of which clients; what began by it. */
    take(
      refusals: number,
      clients: readonly (readonly [string, number])[],
      moment: Moment,
    ): SecurityNews[] {
      const { now } = moment
      const news: SecurityNews[] = []
      let others = refusals
      let unnamed = false
      window.add(refusals, now)
      for (const [client, count] of clients) window.addOf(client, count, now)
      for (const [client, count] of clients) {
        const lasting = named.get(client)
        const isOver = isOverOf(client, now)
        if (lasting !== undefined) {
          others -= count
          goesOn(lasting, count, isOver, moment)
        } else if (isOver && hasRoom(now)) {
          others -= count
          const fresh = begun(client, window.of(client, now), rule.perClient, moment)
          named.set(client, fresh)
          news.push({ step: 'began', event: fresh.event })
        } else if (isOver) {
          unnamed = true
        }
      }
      const isTold = areOver(now)
      if (together !== null) goesOn(together, others, unnamed || isTold, moment)
      else if (unnamed || isTold) {
        together = begun(null, ofOthers(now), isTold ? rule.inAll : null, moment)
        news.push({ step: 'began', event: together.event })
      }
      return news
    },
    /** What time alone brings: events end, and those that go on are told of again. */
    tick({ now }: Moment): SecurityNews[] {
      const news: SecurityNews[] = []
      for (const [client, lasting] of named) {
        const told = step(lasting, isOverOf(client, now), now)
        if (told === null) continue
        news.push(told)
        if (told.step !== 'ended') continue
        named.delete(client)
        spent.push(lasting.beganAt)
      }
      const told = together === null ? null : step(together, areOver(now), now)
      if (told !== null) news.push(told)
      if (told?.step === 'ended') together = null
      return news
    },
    lasting: (): SecurityEvent[] =>
      [...named.values(), ...(together === null ? [] : [together])].map(({ event }) => event),
    /** Judges by another rule; what was counted for another window says nothing in this one. */
    replace(next: EventRule): void {
      if (next.withinMs !== rule.withinMs) window = createWindow(next.withinMs)
      rule = next
    },
    /** Clients that are remembered. */
    size: (): number => window.size(),
  }
}
