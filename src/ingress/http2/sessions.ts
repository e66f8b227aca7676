import type { ServerHttp2Stream } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import type { Clock } from '../../clock.ts'
import type { ProcessConfig } from '../../config/schema-process.ts'
import type { Refusal } from '../../errors.ts'
import type { ClientRequest, ClientResponse } from '../client-messages.ts'
import { refuse } from '../refuse.ts'
import { ClientSession, type SessionEnd } from './client-session.ts'
import { readHead } from './read-head.ts'
import { sessionBounds } from './session-bounds.ts'
import { StreamAnswer } from './stream-answer.ts'
import { StreamRequest } from './stream-request.ts'

export interface SessionsOptions {
  readonly limits: ProcessConfig['limits']
  readonly clock: Clock
  readonly newId: () => string
  /** Whether a connection is better made anew. */
  readonly isOutdated: (socket: TLSSocket) => boolean
  readonly onRequest: (raw: ClientRequest, response: ClientResponse) => void
  /** A request that was refused before it was one; `client` is the peer's address. */
  readonly onRefused: (refusal: Refusal, client: string | undefined) => void
  readonly onSessionEnd: (why: SessionEnd, client: string | undefined) => void
}

/** How much HTTP/2 there is. */
export interface SessionsStatus {
  /** Connections that speak it now. */
  readonly open: number
  /** Requests under way on them. */
  readonly streams: number
  /** Requests that came over it so far. */
  readonly requests: number
}

/** Milliseconds between two looks at all sessions. */
const sweepMs = 500

const retryAfter: readonly string[] = ['retry-after', '1']

/** The connections of a listener that speak HTTP/2 (RFC 9113): each stream becomes a request. */
export function createSessions(options: SessionsOptions) {
  const { limits, clock, newId, onRequest, onRefused } = options
  const bounds = sessionBounds(limits)
  const sessions = new Set<ClientSession>()
  let streams = 0
  let requests = 0
  let leaving = false
  let onNone = (): void => {}

  const stopSweeping = clock.every(sweepMs, () => {
    const now = clock.monotonic()
    for (const each of sessions) each.look(now)
  })

  /** Takes over a connection whose TLS handshake agreed on `h2`. */
  function take(socket: TLSSocket): void {
    const client = socket.remoteAddress
    const session = new ClientSession(socket, bounds, clock.monotonic)
    sessions.add(session)
    session.session.on('stream', (stream, _headers, _flags, fields) => {
      // Node gives them, and its types do not say so.
      serve(session, stream, fields as unknown as readonly string[])
    })
    session.session.on('close', () => {
      sessions.delete(session)
      options.onSessionEnd(session.why, client)
      if (sessions.size === 0) onNone()
    })
    if (leaving) session.leave('draining', clock.monotonic())
  }

  function serve(
    session: ClientSession,
    stream: ServerHttp2Stream,
    fields: readonly string[],
  ): void {
    // Whatever goes wrong with a stream closes it, and that is heard.
    stream.on('error', () => {})
    requests++
    if (stream.closed || stream.destroyed) {
      // Taken back before it was looked at.
      session.reset(clock.monotonic())
      return
    }
    const head = readHead(fields, stream.endAfterHeaders, limits)
    const said = head.ok ? { ...head, url: head.target } : { method: '', url: '', rawHeaders: [] }
    const raw = new StreamRequest(stream, session.socket, said)
    const answer = new StreamAnswer(stream, raw)
    streams++
    session.began(answer)
    // Behind one more answer, like a connection of HTTP/1.1.
    if (options.isOutdated(session.socket)) session.leave('outdated', clock.monotonic())
    stream.on('close', () => {
      const now = clock.monotonic()
      streams--
      session.ended(answer, now)
      if (!answer.isOurEnd) session.reset(now)
    })
    if (!head.ok) turnAway(answer, head.refusal)
    // A connection of HTTP/1.1 has one request at a time: over both there are as many as connections may be.
    else if (streams > limits.maxConnections) turnAway(answer, 'overloaded', retryAfter)
    else onRequest(raw, answer)
  }

  function turnAway(answer: StreamAnswer, refusal: Refusal, headers?: readonly string[]): void {
    onRefused(refusal, answer.req.socket.remoteAddress)
    refuse(answer, refusal, newId(), headers)
  }

  return {
    take,
    status: (): SessionsStatus => ({ open: sessions.size, streams, requests }),
    /** Tells every client to go; what is under way is answered. Resolves when the last session is over. */
    async leave(): Promise<void> {
      leaving = true
      const now = clock.monotonic()
      for (const each of sessions) each.leave('draining', now)
      if (sessions.size === 0) return
      await new Promise<void>(resolve => {
        onNone = resolve
      })
    },
    close: stopSweeping,
  }
}

export type Sessions = ReturnType<typeof createSessions>
