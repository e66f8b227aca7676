import type { Connection, ConnectionEvents } from './connection.ts'

/** How a request ended: with a status, or without one and why not. */
export type Ending =
  | { readonly status: number }
  /** An error's code, `closed`, `timeout`, or `not-sent` where no connection was free until the end. */
  | { readonly failed: string }

export interface PoolOptions {
  readonly open: (events: ConnectionEvents) => Connection
  /** Most at once. */
  readonly connections: number
  /** Monotonic milliseconds. */
  readonly now: () => number
  /** @param from The moment from which the request counts. */
  readonly ended: (from: number, ending: Ending) => void
}

/** Connections, and requests that wait for one. */
export interface Pool {
  /** Sends a request over a connection that rests, a new one, or the first that is free. */
  ask(from: number): void
  /** Of those, how many have not ended. */
  readonly underWay: number
  /** Ends all that have not: those that were sent are out of time. */
  close(): void
}

/**
 * Milliseconds after which a connection that nobody needs is closed. Servers close those that rest as well,
 * Node's after five seconds, and a request that is sent in that very moment fails through nobody's fault.
 */
const restMs = 2000

export function createPool({ open, connections, now, ended }: PoolOptions): Pool {
  const resting: Slot[] = []
  const all = new Set<Slot>()
  const waiting: number[] = []
  let busy = 0

  interface Slot {
    readonly connection: Connection
    /** Of the request that it carries; null while it rests. */
    from: number | null
    restsSince: number
  }

  function add(): Slot {
    const slot: Slot = {
      from: null,
      restsSince: now(),
      connection: open({
        answered(status, isLast) {
          if (isLast) all.delete(slot)
          end(slot, { status })
          if (!isLast) rest(slot)
          next()
        },
        lost(why) {
          all.delete(slot)
          const at = resting.indexOf(slot)
          if (at >= 0) resting.splice(at, 1)
          end(slot, { failed: why })
          next()
        },
      }),
    }
    all.add(slot)
    return slot
  }

  function end(slot: Slot, ending: Ending): void {
    if (slot.from === null) return
    const { from } = slot
    slot.from = null
    busy--
    ended(from, ending)
  }

  /** The one that was used last is used next, so that those that nobody needs are at the other end. */
  function rest(slot: Slot): void {
    slot.restsSince = now()
    resting.push(slot)
    for (let first = resting[0]; first !== undefined; first = resting[0]) {
      if (now() - first.restsSince < restMs) return
      resting.shift()
      all.delete(first)
      first.connection.close()
    }
  }

  function next(): void {
    const from = waiting.shift()
    if (from !== undefined) ask(from)
  }

  function ask(from: number): void {
    const slot = resting.pop() ?? (all.size < connections ? add() : null)
    if (slot === null) {
      waiting.push(from)
      return
    }
    slot.from = from
    busy++
    slot.connection.send()
  }

  return {
    ask,
    get underWay() {
      return busy + waiting.length
    },
    close() {
      for (const { connection, from } of all) {
        connection.close()
        if (from !== null) ended(from, { failed: 'timeout' })
      }
      for (const from of waiting.splice(0)) ended(from, { failed: 'not-sent' })
      all.clear()
      resting.length = 0
      busy = 0
    },
  }
}
