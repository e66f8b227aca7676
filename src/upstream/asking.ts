import type { Variant } from '../cohort/assignment.ts'
import { originForAnother } from './another-attempt.ts'
import type { Asker } from './asker.ts'
import type { TracedAttempt } from './attempt-trace.ts'
import type { Finding } from './breaker.ts'
import type { Exchange, ResponseSink, UpstreamFault } from './client.ts'
import { began, failed, hostFor, type Origin, provedNothing, succeeded } from './origin.ts'
import type { Outcome, Unavailable } from './outcome.ts'
import { headerValue } from './response-headers.ts'
import type { Timed, TimeLimit, TimeLimits } from './time-limits.ts'

/** The body of an answer that nobody wants is read to its end up to here, to keep the connection. */
const maxDroppedBytes = 16_384
/** Milliseconds that the rest of it may take. */
const maxDroppedMs = 1000

const noHeaders: readonly string[] = []

/** One variant asked for its answer to one request: attempt by attempt, until it becomes an outcome. */
export class Asking implements ResponseSink, Timed {
  readonly variant: Variant
  /** Of the attempt under way, or of the last one. */
  exchange: Exchange | null = null
  /** Another attempt was due when the latch was found tripped. */
  heldBack = false
  fault: UpstreamFault | null = null
  unavailable: Unavailable | null = null
  private provesNothing = false
  readonly asker: Asker
  private readonly limits: TimeLimits
  private readonly awakeAt: number
  private readonly askedAt: number
  origin: Origin | null = null
  attempts = 0
  private status = 0
  /** See `Outcome`. */
  headMs = -1
  headers = noHeaders
  private limit: TimeLimit | null = null
  /** This attempt has been counted for or against its origin. */
  private counted = false
  /** This attempt probes a breaker that is half-open. */
  private isProbe = false
  /** By an attempt before this one. */
  private sentBefore = false
  /** The attempt under way; null in no trace, and from its end on. */
  private traced: TracedAttempt | null = null
  /** Whatever still comes is nobody's. */
  private over = false

  constructor(asker: Asker, limits: TimeLimits, variant: Variant) {
    this.asker = asker
    this.limits = limits
    this.variant = variant
    this.awakeAt = asker.awake()
    this.askedAt = asker.now()
  }

  /** A byte of the request may have reached an origin. */
  get sent(): boolean {
    return this.sentBefore || this.exchange?.sent === true
  }

  attempt(origin: Origin): void {
    const { request, origins, policy, latch, trace } = this.asker.plan
    this.origin = origin
    this.attempts++
    this.counted = false
    this.isProbe = began(origin)
    if (latch !== null && this.variant === 'v2') latch.lastV2At = this.asker.now()
    const host = hostFor(origins[this.variant], origin, request.authority)
    const headers = ['host', host].concat(request.headers, request.added)
    if (trace !== null) {
      this.traced = trace.attempt(this.variant, origin.client.origin)
      headers.push(...this.traced.headers)
    }
    this.exchange = origin.client.send(
      {
        method: request.method,
        target: request.path + request.query,
        headers,
        bodyLength: request.bodyLength,
        connectTimeoutMs: policy.timeouts.connectMs,
        headersTimeoutMs: policy.timeouts.headersMs,
        bodyTimeoutMs: policy.timeouts.bodyMs,
      },
      this,
    )
    if (request.bodyLength === 0) this.exchange.end()
    else this.asker.feed(this.exchange)
  }

  /** Answers in the place of the variant, which is not asked. */
  pretend(status: number): void {
    this.onHead(status, ['content-length', '0'])
    this.onEnd()
  }

  /** The asker is to hear if no answer has begun `limitMs` from now on. */
  expect(limitMs: number): void {
    this.limit = this.limits.start(this, limitMs, this.asker.awake())
  }

  onTimeUp(): void {
    if (this.over) this.exchange?.abort()
    else if (this.headMs === -1) this.asker.onSlow(this)
  }

  /** Dropped: a hint from a variant that may not answer in the end is a wrong hint (docs/adr/0002-refuse-never-repair.md). */
  onInformation(): void {}

  onHead(status: number, headers: readonly string[]): void {
    if (this.over) return
    this.stopLimit()
    this.status = status
    this.headMs = this.waitedMs()
    this.headers = headers
    if (status >= 500) this.count('failure', this.asker.now())
    this.asker.onHead(this, status, headers)
  }

  onLull(): void {
    if (this.over) return
    // An answer that takes its time is not waited for to say that its origin works.
    if (this.headMs !== -1) this.count('success', 0)
    this.asker.onLull()
  }

  onData(chunk: Buffer): boolean {
    return this.over || this.asker.onData(chunk)
  }

  onEnd(): void {
    if (this.over) {
      this.stopLimit()
      return
    }
    this.over = true
    this.count('success', 0)
    this.endTrace(null)
    this.asker.onEnd()
  }

  onDrain(): void {
    if (!this.over) this.asker.onDrain()
  }

  onFault(fault: UpstreamFault): void {
    if (this.over) {
      this.stopLimit()
      return
    }
    const now = this.asker.now()
    this.fault = fault
    // Or anybody could turn V2 off, with broken JSON.
    if (fault === 'unmappable') this.provesNothing = true
    // It began well and ended badly, which counts as well.
    if (this.headMs !== -1 && this.status < 500) this.counted = false
    this.count('failure', now)
    this.endTrace(fault)
    this.sentBefore ||= this.exchange?.sent === true
    const next = this.headMs === -1 ? originForAnother(this, fault, now) : null
    if (next === 'held-back') this.heldBack = true
    else if (next !== null) {
      this.fault = null
      this.attempt(next)
      return
    }
    this.over = true
    this.stopLimit()
    this.asker.onFailed(this)
  }

  /** No answer in time. One that was not asked first may have been asked when that was all but over. */
  expire(isFirst: boolean): void {
    const { deadlineMs } = this.asker.plan.policy.timeouts
    this.fault = 'headers-timeout'
    this.provesNothing = !isFirst && this.waitedMs() < deadlineMs / 2
    if (!this.provesNothing) this.count('failure', this.asker.now())
  }

  /** Ends the exchange; nothing that it still does matters. */
  stop(): void {
    this.stopLimit()
    this.over = true
    this.count('nothing', 0)
    this.endTrace(this.fault ?? 'aborted')
    this.exchange?.abort()
  }

  /**
   * Nobody wants this answer: the rest of a small one is read all the same, since a connection that
   * is cut has to be opened again, just when its origin has trouble.
   */
  drop(requestIsSent: boolean): void {
    this.endTrace(this.fault)
    const length = Number(headerValue(this.headers, 'content-length') ?? -1)
    if (!requestIsSent || !(length >= 0 && length <= maxDroppedBytes)) {
      this.stop()
      return
    }
    this.over = true
    this.limit = this.limits.start(this, maxDroppedMs, this.asker.awake())
  }

  outcome(clientAborted: boolean): Outcome {
    return {
      variant: this.variant,
      origin: this.origin === null ? null : this.origin.client.origin,
      status: this.status,
      fault: this.fault,
      unavailable: this.unavailable,
      clientAborted,
      provesNothing: this.provesNothing,
      attempts: this.attempts,
      headMs: this.headMs,
      waitedMs: this.waitedMs(),
      totalMs: this.asker.now() - this.askedAt,
      headers: this.headers,
    }
  }

  /** For how long the variant was the one to wait for: it is not the slow one while the client still sends. */
  private waitedMs(): number {
    return Math.max(0, this.asker.awake() - Math.max(this.awakeAt, this.asker.wholeAt))
  }

  /** Once for each attempt, for or against its origin. */
  private count(finding: Finding, now: number): void {
    const { origin, isProbe } = this
    if (this.counted || origin === null) return
    this.counted = true
    this.isProbe = false
    if (finding === 'success') succeeded(origin, isProbe)
    else if (finding === 'failure') failed(origin, isProbe, this.fault, now)
    else provedNothing(origin, isProbe)
  }

  private endTrace(error: string | null): void {
    if (this.traced === null) return
    this.traced.end(this.status, error)
    this.traced = null
  }

  private stopLimit(): void {
    if (this.limit === null) return
    this.limits.stop(this.limit)
    this.limit = null
  }
}
