import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TestContext } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import type { UpstreamFault } from '../../src/upstream/client.ts'
import { dialTarget, type OriginTls } from '../../src/upstream/dial-target.ts'
import {
  openTunnel,
  type Tunnel,
  type TunnelOptions,
} from '../../src/upstream/tunnel/open-tunnel.ts'
import type { RefusalEnd } from '../../src/upstream/tunnel/refusal.ts'
import type { TunnelEnd } from '../../src/upstream/tunnel/relay.ts'
import { shiftedClock } from '../support/shifted-clock.ts'

/** What the tunnels of a gateway reported, in order. */
export type Report =
  | { readonly event: 'open' }
  | { readonly event: 'close'; readonly end: TunnelEnd }
  | { readonly event: 'refused'; readonly status: number }
  | { readonly event: 'refusal-end'; readonly end: RefusalEnd }
  | { readonly event: 'fault'; readonly fault: UpstreamFault }

export interface TestGateway {
  readonly port: number
  readonly reports: Report[]
  readonly tunnels: Tunnel[]
  /** The gateway's ends of the client connections. */
  readonly clients: Duplex[]
  /** The first report of this kind, now or when it comes. */
  reported<E extends Report['event']>(event: E): Promise<Extract<Report, { event: E }>>
}

type Overrides = Partial<Omit<TunnelOptions, 'upstream'>> & {
  readonly upstream?: Partial<TunnelOptions['upstream']> & { readonly tls?: OriginTls }
}

const hopByHop = new Set(['connection', 'upgrade'])

/** A smallest gateway: every upgrade becomes a tunnel to `origin`; a fault is answered 502. */
export async function startGateway(
  t: TestContext,
  origin: string,
  overrides: Overrides = {},
): Promise<TestGateway> {
  const reports: Report[] = []
  const tunnels: Tunnel[] = []
  const clients: Duplex[] = []
  let listeners: (() => void)[] = []
  const report = (entry: Report) => {
    reports.push(entry)
    const waiting = listeners
    listeners = []
    for (const listener of waiting) listener()
  }
  const server = createServer()
  server.on('upgrade', (request: IncomingMessage, client, head) => {
    const { upstream: { tls, ...upstream } = {}, ...rest } = overrides
    clients.push(client)
    tunnels.push(
      openTunnel({
        request: { target: request.url as string, headers: endToEnd(request.rawHeaders) },
        client,
        head,
        upstream: {
          target: dialTarget(origin, tls),
          connectTimeoutMs: 2000,
          headersTimeoutMs: 5000,
          maxHeaderBytes: 16_384,
          ...upstream,
        },
        responseHeaders: ['x-request-id', 'id-1'],
        clock: systemClock,
        awake: shiftedClock(rest.clock ?? systemClock),
        closeTimeoutMs: 5000,
        idleTimeoutMs: 0,
        onOpen: () => report({ event: 'open' }),
        onClose: end => report({ event: 'close', end }),
        onRefused: status => report({ event: 'refused', status }),
        onRefusalEnd: end => report({ event: 'refusal-end', end }),
        onFault: fault => {
          client.end('HTTP/1.1 502 Bad Gateway\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
          report({ event: 'fault', fault })
        },
        ...rest,
      }),
    )
  })
  const port = await listen(t, server)
  t.after(() => {
    for (const tunnel of tunnels) tunnel.destroy()
  })
  return {
    port,
    reports,
    tunnels,
    clients,
    async reported(event) {
      for (;;) {
        const found = reports.find(entry => entry.event === event)
        if (found) return found as Extract<Report, { event: typeof event }>
        await new Promise<void>(resolve => listeners.push(resolve))
      }
    },
  }
}

function endToEnd(rawHeaders: readonly string[]): string[] {
  const headers: string[] = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] as string).toLowerCase()
    if (!hopByHop.has(name)) headers.push(name, rawHeaders[i + 1] as string)
  }
  return headers
}

/** Listens on a free port of 127.0.0.1 and closes, with all connections, after the test. */
export async function listen(
  t: TestContext,
  server: Server | ReturnType<typeof createTcpServer>,
): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  return (server.address() as AddressInfo).port
}

/** A TCP server that hands over each connection; `origin` is for the gateway. */
export async function startRawUpstream(
  t: TestContext,
  onConnection: (socket: Socket) => void,
  options: { readonly allowHalfOpen?: boolean } = {},
): Promise<string> {
  const port = await listen(t, createTcpServer(options, onConnection))
  return `http://127.0.0.1:${port}`
}

export const key = 'dGhlIHNhbXBsZSBub25jZQ=='
/** The accept value for `key`, from RFC 6455 section 1.3. */
export const accept = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='
export const validAnswer = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`

/** An answer's head. */
export const answer = (status: string, ...lines: string[]) =>
  `${[`HTTP/1.1 ${status}`, ...lines].join('\r\n')}\r\n\r\n`

export const upgradeText = (extra = '') =>
  `GET /socket?a=1 HTTP/1.1\r\nHost: api.example.com\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n${extra}\r\n`

/** A raw client that has sent an upgrade request, and behind it `early`. */
export function rawClient(t: TestContext, port: number, extra = '', early?: Buffer) {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.on('error', () => {})
  socket.write(Buffer.concat([Buffer.from(upgradeText(extra), 'latin1'), early ?? Buffer.alloc(0)]))
  t.after(() => socket.destroy())
  return { socket, received: collect(socket) }
}

/** Collects what a socket receives. `until` waits for a text; `all` for the end of the stream. */
export function collect(socket: Socket) {
  const chunks: Buffer[] = []
  let listeners: (() => void)[] = []
  let closed = false
  const wake = () => {
    const waiting = listeners
    listeners = []
    for (const listener of waiting) listener()
  }
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    wake()
  })
  const onClosed = () => {
    closed = true
    wake()
  }
  socket.on('end', onClosed).on('close', onClosed)
  const bytes = () => Buffer.concat(chunks)
  const when = async (ready: () => boolean) => {
    while (!ready()) {
      if (closed) throw new Error(`the stream ended with ${bytes().toString('latin1')}`)
      await new Promise<void>(resolve => listeners.push(resolve))
    }
    return bytes()
  }
  return {
    bytes,
    until: (text: string | Buffer) => when(() => bytes().includes(text)),
    length: (count: number) => when(() => bytes().length >= count),
    all: () => when(() => closed),
  }
}

/** A raw client and a raw upstream with an open tunnel between them. */
export async function openRaw(t: TestContext, overrides: Overrides = {}) {
  const arrived = Promise.withResolvers<{ socket: Socket; received: ReturnType<typeof collect> }>()
  const origin = await startRawUpstream(t, async socket => {
    await once(socket, 'data')
    socket.write(validAnswer)
    arrived.resolve({ socket, received: collect(socket) })
  })
  const gateway = await startGateway(t, origin, overrides)
  const client = rawClient(t, gateway.port)
  const head = await client.received.until('\r\n\r\n')
  await gateway.reported('open')
  const tunnel = gateway.tunnels[0] as Tunnel
  return { client, upstream: await arrived.promise, gateway, tunnel, headLength: head.length }
}

/** A server-side frame. */
export function frame(opcode: number, payload: Buffer | string, fin = true): Buffer {
  const body = Buffer.from(payload)
  const head =
    body.length < 126
      ? Buffer.from([0, body.length])
      : body.length < 65_536
        ? Buffer.from([0, 126, body.length >> 8, body.length & 255])
        : Buffer.concat([Buffer.from([0, 127, 0, 0, 0, 0]), uint32(body.length)])
  head[0] = (fin ? 0x80 : 0) | opcode
  return Buffer.concat([head, body])
}

/** The same with a masking key, as a client sends it. */
export function maskedFrame(opcode: number, payload: Buffer | string, fin = true): Buffer {
  const plain = frame(opcode, payload, fin)
  const body = Buffer.from(payload)
  const headLength = plain.length - body.length
  const mask = Buffer.from([0xa1, 0x5c, 0x03, 0xff])
  const masked = body.map((byte, index) => byte ^ (mask[index % 4] as number))
  plain[1] = (plain[1] as number) | 0x80
  return Buffer.concat([plain.subarray(0, headLength), mask, masked])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
