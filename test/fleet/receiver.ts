import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { eventually } from './eventually.ts'

export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Receiver {
  readonly url: string
  readonly received: readonly Received[]
  /** Statuses of the next answers, `null` for none at all, `endless` for 200 and a body without end; further ones are 200. */
  readonly script: (number | null | 'endless')[]
  /** Resolves with the n-th request, counted from 1. */
  nth(n: number): Promise<Received>
}

/** Somebody who is told: writes down what arrives and answers as the script says. */
export async function startReceiver(t: TestContext): Promise<Receiver> {
  const received: Received[] = []
  const script: Receiver['script'] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    const status = script.length === 0 ? 200 : script.shift()
    const { method = '', url = '', headers } = request
    received.push({ method, path: url, headers, body })
    if (status === 'endless') response.writeHead(200).write('once upon a time')
    if (typeof status === 'number') response.writeHead(status, { location: '/elsewhere' }).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    script,
    nth: n => eventually(() => received[n - 1]),
  }
}
