import { Agent, request } from 'node:https'

export interface Asked {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly user: string
  readonly body?: Buffer
}

/** An answer that came to its end. */
export interface Answer {
  readonly status: number
  readonly bytes: number
}

export interface Http1Clients {
  /** Rejects where the answer does not come whole. */
  ask(asked: Asked): Promise<Answer>
  /** Sends a request, or the first part of its body, and is gone; resolves then. */
  leave(asked: Asked, afterMs: number): Promise<void>
  close(): void
}

const patienceMs = 30_000

/** Clients over connections that stay open, at most `connections` of them. */
export function createHttp1Clients(port: number, connections: number): Http1Clients {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: connections,
    // The one that rested longest is next: none rests until it is closed.
    scheduling: 'fifo',
    rejectUnauthorized: false,
  })
  const begin = ({ method, path, user, body }: Asked) =>
    request({
      ...{ host: '127.0.0.1', port, agent, method, path, timeout: patienceMs },
      headers: {
        'x-user-id': user,
        ...(body !== undefined && { 'content-length': body.length }),
      },
    })

  return {
    ask: asked =>
      new Promise((resolve, reject) => {
        const outgoing = begin(asked)
        outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')))
        outgoing.on('error', reject)
        outgoing.on('response', response => {
          let bytes = 0
          response.on('data', chunk => {
            bytes += chunk.length
          })
          response.on('error', reject)
          response.on('end', () => resolve({ status: response.statusCode ?? 0, bytes }))
        })
        outgoing.end(asked.body)
      }),
    leave: (asked, afterMs) =>
      new Promise(resolve => {
        const outgoing = begin(asked)
        // What comes of it is for nobody any more.
        outgoing.on('error', () => {})
        outgoing.on('close', () => resolve())
        if (asked.body === undefined) outgoing.end()
        else outgoing.write(asked.body.subarray(0, asked.body.length / 16))
        setTimeout(() => outgoing.destroy(), afterMs)
      }),
    close: () => agent.destroy(),
  }
}
