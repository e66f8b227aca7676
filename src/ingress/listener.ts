import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import Fastify from 'fastify'
import type { Clock } from '../clock.ts'
import type { ProcessConfig } from '../config/schema-process.ts'
import type { Refusal } from '../errors.ts'
import type { ClientRequest, ClientResponse } from './client-messages.ts'
import { divertHttp2, protocols } from './http2/by-alpn.ts'
import type { SessionEnd } from './http2/client-session.ts'
import { createSessions } from './http2/sessions.ts'
import { ListenedRequest } from './listened-request.ts'
import { endConnection, isEnding, refuse, refuseOnSocket } from './refuse.ts'
import type { ServerTls } from './server-tls.ts'

export interface ListenerOptions {
  readonly config: Pick<ProcessConfig, 'listen' | 'limits'>
  /** Null for cleartext. */
  readonly tls: ServerTls | null
  readonly clock: Clock
  readonly newId: () => string
  readonly onRequest: (raw: ClientRequest, response: ClientResponse) => void
  /** `early` are bytes that the client sent right behind its handshake. */
  readonly onUpgrade: (raw: IncomingMessage, socket: Duplex, early: Buffer) => void
  /** A connection beyond `maxConnections` was closed at accept. */
  readonly onDropped: () => void
  /** A request that was refused before it was one; `client` is the peer's address. */
  readonly onRefused: (refusal: Refusal, client: string | undefined) => void
  /** A connection of HTTP/2 is over; `client` is the peer's address. */
  readonly onSessionEnd: (why: SessionEnd, client: string | undefined) => void
}

/** What Node's parser says of a request that is none. */
type BrokenFraming = Error & { readonly code?: string; readonly rawPacket?: Buffer }

/** Milliseconds between two looks for connections past their header timeout. */
const sweepMs = 500

/** The listener for client traffic: sockets, limits and framing are done here, nothing else. */
export async function createListener(options: ListenerOptions) {
  const { config, newId, tls } = options
  const { limits } = config
  const http = {
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.headersTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    // A long upload is no fault; pauses are watched where the body is read.
    requestTimeout: 0,
    connectionsCheckingInterval: sweepMs,
    // Our own admission answers for a missing Host, in our own words.
    requireHostHeader: false,
    insecureHTTPParser: false,
    IncomingMessage: ListenedRequest,
    // A request that declares no body has none, and needs no stream that ends.
    optimizeEmptyRequests: true,
    noDelay: true,
    shouldUpgradeCallback(raw: IncomingMessage): boolean {
      if (isWebSocket(raw)) return true
      declined = raw
      return false
    },
  }
  /** The last request that wanted another protocol and is served as the plain request that it also is. */
  let declined: IncomingMessage | null = null
  const sessions =
    tls === null || !config.listen.http2
      ? null
      : createSessions({ ...options, limits, isOutdated: tls.isOutdated })
  // Fastify owns the server's life. Its router and reply would cost a tenth of the whole request and
  // decide nothing here, so requests do not pass through them (docs/adr/0001-the-http-path.md).
  const app = Fastify<Server>({
    serverFactory: () =>
      tls === null
        ? createServer(http, onRequest)
        : (createTlsServer(
            {
              ...http,
              ...tls.options,
              handshakeTimeout: limits.headersTimeoutMs,
              ALPNProtocols: sessions === null ? ['http/1.1'] : protocols,
            },
            onRequest,
          ) as Server),
    clientErrorHandler: (error, socket) =>
      refuseBrokenFraming(error as unknown as BrokenFraming, socket),
  })
  await app.ready()

  const { server } = app
  tls?.follow(server as unknown as TlsServer)
  server.maxConnections = limits.maxConnections
  // Among workers, a full one would else hand a connection back, and get it again, for ever.
  Object.assign(server, { dropMaxConnection: true })
  server.on('drop', options.onDropped)
  // Node cuts header lines past its own count without a word; admission counts them instead.
  server.maxHeadersCount = 0
  if (sessions !== null) divertHttp2(server as unknown as TlsServer, sessions)
  server.on('upgrade', options.onUpgrade)
  server.on('checkContinue', onRequest)
  server.on('checkExpectation', (raw, response: ServerResponse) => {
    options.onRefused('expectation-failed', raw.socket.remoteAddress)
    endConnection(response)
    refuse(response, 'expectation-failed', newId())
  })
  server.on('connect', (raw, socket: Duplex) => {
    // Node has let go of the socket; without a listener its next error would end the process.
    socket.on('error', () => socket.destroy())
    options.onRefused('method-not-allowed', raw.socket.remoteAddress)
    if (owedAnswer(raw.socket)) raw.socket.destroy()
    else refuseOnSocket(socket, 'method-not-allowed', newId())
  })
  const broken = new WeakSet<Socket>()
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    knowPeer(socket)
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  // A socket in TLS asks for itself.
  server.on('secureConnection', knowPeer)

  function onRequest(raw: IncomingMessage, response: ServerResponse): void {
    // Node reads on behind a request whose answer ends the connection.
    if (isEnding(raw.socket)) return
    if (raw === declined && !endsItsPiece(raw)) endConnection(response)
    options.onRequest(raw, response)
  }

  function refuseBrokenFraming(error: BrokenFraming, socket: Socket): void {
    // Anything that is not the parser's is trouble of the connection: resets, TLS that never came about.
    if (!/^(HPE_|ERR_HTTP_)/.test(error.code ?? '') || !socket.writable) {
      socket.destroy()
      return
    }
    // Each further piece of what cannot be read is told anew.
    if (broken.has(socket)) return
    broken.add(socket)
    const refusal = refusalOf(error, limits.maxUrlBytes)
    options.onRefused(refusal, socket.remoteAddress)
    refuseInTurn(socket, refusal)
  }

  /** Behind the answers to the whole requests that came first: earlier it would be taken for theirs. */
  function refuseInTurn(socket: Socket, refusal: Refusal): void {
    const owed = owedAnswer(socket)
    if (owed?.req.complete) owed.once('finish', () => refuseInTurn(socket, refusal))
    // Behind an answer that has begun, this one would be taken for part of it.
    else if (owed?.headersSent) socket.destroy()
    else if (socket.writable) refuseOnSocket(socket, refusal, newId())
  }

  return {
    /** Resolves with the port in use. */
    async listen(): Promise<number> {
      await app.listen({ host: config.listen.host, port: config.listen.port })
      return (server.address() as AddressInfo).port
    },
    /** New connections are refused; open ones, idle or not, stay. */
    stopAccepting(): void {
      NetServer.prototype.close.call(server)
    },
    /** Tells clients over HTTP/2 to go; resolves when all of them have, each with its last answer. */
    async endSessions(): Promise<void> {
      await sessions?.leave()
    },
    /** Closes idle connections, waits for the others. */
    async close(): Promise<void> {
      await app.close()
      sessions?.close()
    },
    /** How much HTTP/2 there is; null where it is not spoken. */
    http2: () => sessions?.status() ?? null,
    /** Those in a TLS handshake, and upgraded ones, too: Node's own list has neither. */
    closeAllConnections(): void {
      for (const socket of open) socket.destroy()
    },
  }
}

export type Listener = Awaited<ReturnType<typeof createListener>>

/**
 * Anything else that a client would upgrade to is answered as the plain request that it also is, and so
 * is a handshake behind a request without its answer yet: a tunnel would not wait for that.
 */
function isWebSocket(raw: IncomingMessage): boolean {
  return raw.headers.upgrade?.toLowerCase() === 'websocket' && !owedAnswer(raw.socket)
}

/**
 * Whether nothing came together with this request but itself. Of a piece in which somebody wants
 * another protocol Node drops the rest, and takes the next one for the beginning of a request: of
 * what a client hid in the body of a second request it would make a third.
 */
function endsItsPiece(raw: IncomingMessage): boolean {
  const { parser } = raw.socket as { parser?: { getCurrentBuffer?(): Buffer } }
  const piece = parser?.getCurrentBuffer?.()
  if (piece === undefined || raw.headers['content-length'] !== undefined) return false
  if (raw.headers['transfer-encoding'] !== undefined) return false
  return piece.indexOf('\r\n\r\n') === piece.length - 4
}

/**
 * Asks while the system can still tell: a request may be read after its client has reset the
 * connection, and would be served for an address that no limit and no list knows.
 */
function knowPeer(socket: Socket): void {
  if (socket.remoteAddress === undefined) socket.destroy()
}

/** The answer whose turn it is on a connection, until its last byte is sent. */
function owedAnswer(socket: Socket): ServerResponse | null | undefined {
  return (socket as { _httpMessage?: ServerResponse | null })._httpMessage
}

function refusalOf(error: BrokenFraming, maxUrlBytes: number): Refusal {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return requestLineBytes(error.rawPacket) > maxUrlBytes
        ? 'target-too-long'
        : 'headers-too-large'
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return 'body-too-large'
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'request-timeout'
    default:
      return 'bad-request'
  }
}

/** Length of the request line at the start of a packet, whole or not; 0 when it starts elsewhere. */
function requestLineBytes(packet: Buffer | undefined): number {
  const line = packet?.toString('latin1').split('\n', 1)[0] ?? ''
  return /^[A-Z]+ /.test(line) ? line.length : 0
}
