import { connect, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { listenRaw, parseAnswer, type RawAnswer } from './raw.ts'

/** One side of a raw connection, read step by step. */
export interface Conversation {
  readonly socket: Socket
  /** Every byte received so far, latin1. */
  received(): string
  /** Resolves with everything received once it holds `needle`; rejects when the other side ends first. */
  until(needle: string | RegExp): Promise<string>
  /** Resolves with everything received once the other side has ended or broken the connection. */
  ended(): Promise<string>
  /** True from that moment on. */
  over(): boolean
  /** Sends exact bytes: a string is latin1. */
  send(bytes: string | Buffer): void
  /** Sends a request and reads its answer, which must declare its length; what was read before is forgotten. */
  ask(request: string | Buffer): Promise<RawAnswer>
}

export function converse(socket: Socket): Conversation {
  let received = ''
  let ended = false
  let changed = Promise.withResolvers<void>()
  const tell = () => {
    changed.resolve()
    changed = Promise.withResolvers<void>()
  }
  const end = () => {
    ended = true
    tell()
  }
  socket.on('error', () => {})
  socket.on('data', chunk => {
    received += chunk.toString('latin1')
    tell()
  })
  socket.on('end', end).on('close', end)

  async function until(needle: string | RegExp): Promise<string> {
    const found = () =>
      typeof needle === 'string' ? received.includes(needle) : needle.test(received)
    while (!found()) {
      if (ended) throw new Error(`the connection ended with ${JSON.stringify(received)}`)
      await changed.promise
    }
    return received
  }

  function send(bytes: string | Buffer): void {
    socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  }

  return {
    socket,
    received: () => received,
    until,
    async ended() {
      while (!ended) await changed.promise
      return received
    },
    over: () => ended,
    send,
    async ask(request) {
      received = ''
      send(request)
      await until('\r\n\r\n')
      const length = Number(parseAnswer(received).headers.get('content-length') ?? 0)
      const whole = received.indexOf('\r\n\r\n') + 4 + length
      while (received.length < whole) {
        if (ended) throw new Error(`the answer ended with ${JSON.stringify(received)}`)
        await changed.promise
      }
      return parseAnswer(received)
    },
  }
}

/** A client on a new connection, with `bytes` sent; closed after the test. */
export function openRaw(
  t: TestContext,
  port: number,
  bytes?: string | Buffer,
  { allowHalfOpen = false } = {},
): Conversation {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen })
  t.after(() => socket.destroy())
  const client = converse(socket)
  if (bytes !== undefined) client.send(bytes)
  return client
}

export interface ScriptedUpstream {
  readonly url: string
  readonly port: number
  /** The next connection that the gateway opens, or has opened and nobody took yet. */
  accept(): Promise<Conversation>
  /** Connections opened so far. */
  connections(): number
}

/** An upstream that says only what the test says for it; closed after the test. */
export async function startScriptedUpstream(t: TestContext): Promise<ScriptedUpstream> {
  const arrived: Conversation[] = []
  const waiting: ((conversation: Conversation) => void)[] = []
  let connections = 0
  const { url, port } = await listenRaw(t, socket => {
    connections++
    const conversation = converse(socket)
    const taker = waiting.shift()
    if (taker === undefined) arrived.push(conversation)
    else taker(conversation)
  })
  return {
    url,
    port,
    accept() {
      const first = arrived.shift()
      if (first !== undefined) return Promise.resolve(first)
      return new Promise(resolve => waiting.push(resolve))
    },
    connections: () => connections,
  }
}
