import type { TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openRaw } from './conversation.ts'
import type { RawAnswer } from './raw.ts'

export interface Asked {
  /** `performance.now()` when the request was sent, and when its answer was whole or its connection gone. */
  readonly sentAt: number
  readonly endedAt: number
  /** Null when the connection ended without a whole answer. */
  readonly answer: RawAnswer | null
}

/** Between two requests: a load, and yet the processors are there for what is tested under it. */
const restMs = 2

/**
 * Keep-alive clients that ask one request after the other. One whose connection is closed between
 * two requests, or by an answer that says so, opens another one while there is somebody to connect to.
 */
export function startCallers(
  t: TestContext,
  port: number,
  options: { readonly callers: number; readonly request: (caller: number) => string },
) {
  const asked: Asked[] = []
  let stopped = false
  const counters = new Set<() => void>()

  async function call(caller: number): Promise<void> {
    while (!stopped) {
      const client = openRaw(t, port)
      const connected = await new Promise<boolean>(resolve => {
        client.socket.once('connect', () => resolve(true)).once('close', () => resolve(false))
      })
      if (!connected) return
      while (!stopped && !client.over()) {
        const sentAt = performance.now()
        const answer = await client.ask(options.request(caller)).catch(() => null)
        asked.push({ sentAt, endedAt: performance.now(), answer })
        for (const check of counters) check()
        if (answer === null || answer.headers.get('connection') === 'close') break
        await pause(restMs)
      }
      client.socket.destroy()
    }
  }

  const calls = Array.from({ length: options.callers }, (_, caller) => call(caller))
  return {
    asked: asked as readonly Asked[],
    /** Resolves when `count` further requests have ended. */
    further(count: number): Promise<void> {
      const goal = asked.length + count
      return new Promise(resolve => {
        const check = () => {
          if (asked.length < goal) return
          counters.delete(check)
          resolve()
        }
        counters.add(check)
      })
    },
    /** Resolves when every caller has ended by itself: stopped, or with nobody to connect to. */
    ended: () => Promise.all(calls),
    async stop(): Promise<void> {
      stopped = true
      await Promise.all(calls)
    },
  }
}
