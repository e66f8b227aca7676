import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Agent, request } from 'undici'

export interface TestUpstream {
  readonly url: string
  /** Requests answered so far. */
  readonly count: () => number
}

/** A node:http upstream that answers `name`, or whatever `handler` does, closed after the test. */
export async function startUpstream(
  t: TestContext,
  name: string,
  handler: (request: IncomingMessage, response: ServerResponse) => void = (incoming, response) => {
    incoming.resume()
    response.end(name)
  },
): Promise<TestUpstream> {
  let count = 0
  const server = createServer((incoming, response) => {
    count++
    handler(incoming, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, count: () => count }
}

export interface Answer {
  readonly status: number
  readonly body: string
  readonly headers: Record<string, string | string[] | undefined>
}

/** A client that keeps its connections, as most do; closed after the test. */
export function createClient(t: TestContext, connections = 8) {
  const dispatcher = new Agent({ connections, pipelining: 1 })
  t.after(() => dispatcher.destroy())
  return async function get(
    url: string,
    headers: Record<string, string> = {},
    method: 'GET' | 'POST' = 'GET',
  ): Promise<Answer> {
    const answer = await request(url, { method, headers, dispatcher })
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: await answer.body.text(),
    }
  }
}

/** Between two requests of a client: a load, and yet the processors are there for what is tested under it. */
const restMs = 2

/**
 * Clients that ask one request after another until `stop` is called or the test is over; `failures` gathers every error
 * and every status other than 200.
 */
export function startLoad(t: TestContext, get: () => Promise<Answer>, clients = 8) {
  let running = true
  let answered = 0
  const failures: string[] = []
  const waiting: { count: number; resolve: () => void }[] = []

  async function client(): Promise<void> {
    while (running) {
      try {
        const { status } = await get()
        if (status === 200) answered++
        else failures.push(`status ${status}`)
      } catch (error) {
        failures.push(String(error))
      }
      await pause(restMs)
      for (const waiter of waiting) if (answered + failures.length >= waiter.count) waiter.resolve()
    }
  }
  t.after(() => {
    running = false
  })
  const all = Promise.all(Array.from({ length: clients }, client))

  return {
    failures,
    answered: () => answered,
    /** Resolves when `count` more requests are over. */
    more(count: number): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.push({ count: answered + failures.length + count, resolve })
      return promise
    },
    async stop(): Promise<void> {
      running = false
      await all
    },
  }
}
