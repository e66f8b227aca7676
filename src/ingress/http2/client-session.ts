import { constants, performServerHandshake, type ServerHttp2Session } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import { Allowance } from './allowance.ts'
import type { SessionBounds } from './session-bounds.ts'
import type { StreamAnswer } from './stream-answer.ts'

/** Why a session is over. */
export type SessionEnd =
  | 'left' // by the client
  | 'idle' // no request for `limits.keepAliveTimeoutMs`, or no first one within `limits.headersTimeoutMs`
  | 'resets' // the client took back, or spoilt, more requests than a session may
  | 'control-frames' // more PING and SETTINGS than a session may send
  | 'malformed' // what came was no HTTP/2, or more of one kind than nghttp2 bears
  | 'draining' // the gateway leaves
  | 'outdated' // the client's certificate was judged by other lists than those in force

/** Milliseconds that the client of a session that was cut has for our last frames. */
const partingMs = 1000

/** One connection that speaks HTTP/2: how many streams it has, how it behaves, and its end. */
export class ClientSession {
  readonly socket: TLSSocket
  readonly session: ServerHttp2Session
  private readonly bounds: SessionBounds
  private readonly resets: Allowance
  private readonly controlFrames: Allowance
  /** Of the streams that are open, with when an answer was first found ended. */
  private readonly answers = new Map<StreamAnswer, number | null>()
  /** It has had a request. */
  private served = false
  private idleSince: number
  /** Null while it goes on. */
  private ending: { readonly why: SessionEnd; readonly since: number } | null = null

  /** `now` here and below: monotonic milliseconds. */
  constructor(socket: TLSSocket, bounds: SessionBounds, now: () => number) {
    this.socket = socket
    this.bounds = bounds
    this.resets = new Allowance(bounds.resets, now())
    this.controlFrames = new Allowance(bounds.controlFrames, now())
    this.idleSince = now()
    this.session = performServerHandshake(socket, bounds.options)
    const control = () => {
      if (!this.controlFrames.spend(now())) this.cut('control-frames', now())
    }
    this.session.on('ping', control)
    this.session.on('remoteSettings', control)
    this.session.on('error', () => {
      this.ending ??= { why: 'malformed', since: now() }
    })
  }

  /** Why it is over, once it is. */
  get why(): SessionEnd {
    return this.ending?.why ?? 'left'
  }

  began(answer: StreamAnswer): void {
    this.answers.set(answer, null)
    this.served = true
  }

  ended(answer: StreamAnswer, now: number): void {
    this.answers.delete(answer)
    if (this.answers.size === 0) this.idleSince = now
  }

  /** A request that the client took back, or made us reset. */
  reset(now: number): void {
    if (!this.resets.spend(now)) this.cut('resets', now)
  }

  /** To be called now and then. */
  look(now: number): void {
    this.closeAnswered(now)
    if (this.ending !== null) {
      this.cutRest(this.ending.since, now)
      return
    }
    const limitMs = this.served ? this.bounds.idleMs : this.bounds.firstRequestMs
    if (this.answers.size === 0 && now - this.idleSince > limitMs) {
      this.ending = { why: 'idle', since: now }
      this.session.close()
    }
  }

  /**
   * Takes no further request; those under way are answered. GOAWAY says which was the last, so a client
   * that has sent more by then knows that nobody saw them, and may ask elsewhere (RFC 9113 section 6.8).
   */
  leave(why: Extract<SessionEnd, 'draining' | 'outdated'>, now: number): void {
    if (this.ending !== null || this.session.destroyed) return
    this.ending = { why, since: now }
    this.session.close()
  }

  /** Else a client that takes nothing of a refusal, or does not end its request, would keep the stream for ever. */
  private closeAnswered(now: number): void {
    for (const [answer, endedBy] of this.answers) {
      if (!answer.isOurEnd) continue
      answer.letGo()
      if (endedBy === null) this.answers.set(answer, now)
      else if (now - endedBy > this.bounds.sendMs) answer.destroy()
    }
  }

  /** An ended session closes its connection by itself, unless the client does not take what is left. */
  private cutRest(since: number, now: number): void {
    const isGentle = this.session.closed
    if (isGentle && this.answers.size > 0) return
    const limitMs = isGentle ? this.bounds.sendMs : partingMs
    if (now - Math.max(since, this.idleSince) > limitMs) this.socket.destroy()
  }

  /** Ends it with all of its streams. */
  private cut(why: SessionEnd, now: number): void {
    if (this.session.destroyed) return
    this.ending = { why, since: now }
    this.session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM)
  }
}
