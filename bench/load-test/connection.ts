import type { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import { urlToHttpOptions } from 'node:url'
import type { Request } from './request.ts'

/** A connection that carries one request at a time, and is gone for good when it is lost. */
export interface Connection {
  send(): void
  close(): void
}

export interface ConnectionEvents {
  /** @param isLast The server says that it takes no further request here. */
  answered(status: number, isLast: boolean): void
  /** An error's code, `closed` by the server, or `timeout`. */
  lost(why: string): void
}

export interface ConnectionOptions {
  /** Its path is not used. */
  readonly url: string
  /** Sent in turn. */
  readonly requests: readonly Request[]
  readonly timeoutMs: number
}

/** What of autocannon's connection, `lib/httpClient.js` of its version 9, is relied on here. */
interface Client extends EventEmitter {
  readonly conn: Socket
  readonly parser: { finish(): void }
  destroy(): void
  _connect(): void
  _doRequest(): void
}

const AutocannonClient: new (options: object) => Client = createRequire(import.meta.url)(
  'autocannon/lib/httpClient',
)

/**
 * autocannon's connection, told when to send. By itself it sends the next request when the last is
 * answered, or with a rate all of a second's at the second's beginning, and counts each from when it was
 * sent: whoever keeps it waiting is asked less, and the wait is in no figure. It also connects anew at once
 * when it is cut, with the parser where it stood.
 */
class PacedClient extends AutocannonClient {
  declare private isConnected?: true

  override _connect(): void {
    if (this.isConnected) {
      // The end of an answer that says nothing of its length.
      this.parser.finish()
      // It has destroyed its socket itself only when its time is up.
      this.emit('lost', this.conn.destroyed ? 'timeout' : 'closed')
      return
    }
    this.isConnected = true
    super._connect()
  }

  override _doRequest(): void {}

  send(): void {
    super._doRequest()
  }
}

export function openConnection(options: ConnectionOptions, events: ConnectionEvents): Connection {
  const { url, requests, timeoutMs } = options
  const parsed = new URL(url)
  const client = new PacedClient({
    ...urlToHttpOptions(parsed),
    host: parsed.host,
    requests: requests.map(({ body, ...request }) => ({
      ...request,
      ...(body !== '' && { body }),
    })),
    timeout: timeoutMs / 1000,
  })
  let isOver = false
  let isLast = false
  function lost(why: string): void {
    if (isOver) return
    isOver = true
    client.destroy()
    events.lost(why)
  }
  client.on('lost', lost)
  client.on('connError', (error: NodeJS.ErrnoException) => lost(error.code ?? error.message))
  client.on('headers', ({ shouldKeepAlive }: { readonly shouldKeepAlive: boolean }) => {
    isLast = !shouldKeepAlive
  })
  client.on('response', (status: number) => {
    if (isOver) return
    // By then autocannon has still to return from its parser.
    if (isLast) isOver = true
    events.answered(Number(status), isLast)
    if (isLast) client.destroy()
  })
  return {
    send: () => client.send(),
    close() {
      isOver = true
      client.destroy()
    },
  }
}
