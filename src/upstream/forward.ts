import type { Refusal } from '../errors.ts'
import type { Asker } from './asker.ts'
import { Asking } from './asking.ts'
import { chooseOrigin, secondsToProbe, whyNone } from './choose-origin.ts'
import type { Exchange } from './client.ts'
import { ClientAnswer } from './client-answer.ts'
import { sendClientBody } from './client-body.ts'
import { mayFallBack } from './fall-back.ts'
import { refusalFor } from './faults.ts'
import type { Forward, ForwardDeps, LongLivedAnswers } from './forward-plan.ts'
import { isEventStream, LongAnswer } from './long-answer.ts'
import type { FallbackReason, Outcome } from './outcome.ts'
import type { RequestBody } from './request-body.ts'
import { clientHeaders } from './response-headers.ts'
import { makeTestFault } from './test-fault.ts'
import type { Timed, TimeLimit } from './time-limits.ts'

const nothing = () => {}

/** Sends the request to an upstream and its answer to the client, streaming both ways. */
export function forward(plan: Forward, deps: ForwardDeps): void {
  new Forwarding(plan, deps).start()
}

/** One request's state while it is under way; an object and not closures, since each costs. */
class Forwarding implements Asker, Timed {
  readonly plan: Forward
  private readonly deps: ForwardDeps
  private readonly answer: ClientAnswer
  /** The variant that is asked now. */
  private asking: Asking
  /** What V2 did, once V1 is asked in its place. */
  private failed: Outcome | null = null
  private fallback: FallbackReason | null = null
  private body: RequestBody | null = null
  wholeAt: number
  private deadline: TimeLimit | null = null
  private cancelDelay = nothing
  /** Once it takes its time, where it is found by whoever may have to end it. */
  private stream: LongAnswer | null = null
  private lists: readonly LongLivedAnswers[] = []
  private finished = false

  constructor(plan: Forward, deps: ForwardDeps) {
    this.plan = plan
    this.deps = deps
    this.answer = new ClientAnswer(plan.response, deps.stalls, deps.sendTimeoutMs)
    this.wholeAt = plan.request.bodyLength === 0 ? plan.awakeAt : Number.POSITIVE_INFINITY
    this.asking = new Asking(this, deps.limits, plan.assignment.variant)
  }

  start(): void {
    const { request, response, policy, retries, testFault } = this.plan
    if (policy.maxBodyBytes > 0 && request.bodyLength > policy.maxBodyBytes) {
      this.refuse('body-too-large')
      return
    }
    retries[this.asking.variant].deposit()
    if (response.destroyed) {
      this.closed()
      return
    }
    response.on('close', () => this.closed())
    if (request.bodyLength === 0) this.startDeadline(this.plan.awakeAt)
    if (testFault === null || this.asking.variant === 'v1') this.ask()
    else {
      const ask = () => this.ask()
      const pretend = (status: number) => this.asking.pretend(status)
      this.cancelDelay = makeTestFault(testFault, this.deps.clock, { ask, pretend })
    }
  }

  now(): number {
    return this.deps.clock.monotonic()
  }

  awake(): number {
    return this.deps.awake.monotonic()
  }

  hasTime(): boolean {
    return this.deadline === null || this.awake() < this.deadline.at
  }

  feed(exchange: Exchange): void {
    if (this.body !== null) {
      this.body.moveTo(exchange)
      return
    }
    this.body = sendClientBody(this.plan, this.deps, exchange, {
      onWhole: () => this.requestIsWhole(),
      onRefused: refusal => this.refuse(refusal),
    })
  }

  onHead(asking: Asking, status: number, headers: readonly string[]): void {
    if (status >= 500 && asking.variant === 'v2' && this.fallBack('v2-error')) return
    const { request, tap } = this.plan
    if (this.deadline !== null) this.deps.limits.stop(this.deadline)
    const own = ['x-request-id', request.id].concat(this.deps.headersFor(this.plan, this.fallback))
    this.answer.head(status, headers, own, this.plan.dress)
    // Events are followed byte by byte; any other answer matters once it takes its time.
    if (this.answer.isOpenEnded && isEventStream(headers)) this.list(true)
    if (tap !== null) {
      const { variant, headMs } = asking
      this.answer.tap = tap({ variant, status, headers, headMs, fallback: this.fallback })
    }
  }

  onLull(): void {
    this.answer.lull()
    if (this.stream === null && this.asking.variant === 'v2') this.list(false)
  }

  onData(chunk: Buffer): boolean {
    return (this.stream ?? this.answer).data(chunk, this)
  }

  /** The client can take more. */
  resume(): void {
    this.asking.exchange?.resume()
  }

  onEnd(): void {
    this.answer.end()
    this.finish(null)
  }

  onDrain(): void {
    this.body?.resume()
  }

  onFailed(asking: Asking): void {
    if (this.answer.begun) {
      this.answer.breakOff()
      this.finish(null)
      return
    }
    const reason = asking.heldBack ? 'switched-back' : 'v2-fault'
    if (asking.variant === 'v2' && this.fallBack(reason)) return
    const { fault } = asking
    this.refuse(fault === null || fault === 'aborted' ? 'draining' : refusalFor[fault])
  }

  onSlow(): void {
    this.fallBack('v2-slow')
  }

  onTimeUp(): void {
    this.asking.expire(this.failed === null)
    this.refuse('upstream-timeout')
  }

  private list(isEventStream: boolean): void {
    const { answer, asking, deps, plan } = this
    this.lists = deps.listsFor(plan, asking.variant, isEventStream)
    if (this.lists.length === 0) return
    this.stream = new LongAnswer(answer, asking.headers, () => this.finish(null))
    for (const list of this.lists) list.add(this.stream)
  }

  private ask(): void {
    const { asking, plan } = this
    if (asking.variant === 'v2' && plan.latch?.tripped && this.fallBack('switched-back')) return
    const set = plan.origins[asking.variant]
    const origin = chooseOrigin(set, this.now())
    if (origin === null) {
      asking.unavailable = whyNone(set)
      if (asking.variant === 'v2' && this.fallBack(asking.unavailable)) return
      this.refuse('breaker-open', ['retry-after', `${secondsToProbe(plan.origins.v1)}`])
      return
    }
    asking.attempt(origin)
    if (plan.request.bodyLength === 0) this.limitV2()
  }

  /** Asks V1 in the place of V2; false when the request cannot be sent there, and V2 answers for itself. */
  private fallBack(reason: FallbackReason): boolean {
    const { plan, asking, body } = this
    if (!mayFallBack(plan, reason, asking.sent) || body?.replayable === false) return false
    if (!this.hasTime()) return false
    const origin = chooseOrigin(plan.origins.v1, this.now())
    if (origin === null) return false
    if (reason === 'v2-slow') asking.expire(true)
    if (reason !== 'switched-back' || asking.exchange !== null) {
      this.failed = asking.outcome(false)
      this.deps.onOutcome(plan, this.failed)
    }
    asking.drop(body === null || plan.request.raw.complete)
    this.fallback = reason
    this.asking = new Asking(this, this.deps.limits, 'v1')
    this.asking.attempt(origin)
    return true
  }

  /** The client has sent its whole body: from here on the upstream is waited for. */
  private requestIsWhole(): void {
    if (this.answer.begun) return
    this.wholeAt = this.awake()
    this.startDeadline(this.wholeAt)
    this.limitV2()
  }

  private startDeadline(from: number): void {
    this.deadline = this.deps.limits.start(this, this.plan.policy.timeouts.deadlineMs, from)
  }

  private limitV2(): void {
    const { withinMs } = this.plan.policy.fallback ?? {}
    if (withinMs !== undefined && this.asking.variant === 'v2') this.asking.expect(withinMs)
  }

  private refuse(refusal: Refusal, more: readonly string[] = []): void {
    if (this.finished) return
    const { request, response } = this.plan
    if (this.answer.begun) this.answer.breakOff()
    else {
      // What is left of the request body is not read to its end just to keep the connection.
      if (request.bodyLength !== 0 && !request.raw.complete) this.deps.endConnection(response)
      const own = [...this.deps.headersFor(this.plan, this.fallback), ...more]
      this.deps.refuse(response, refusal, request.id, clientHeaders([], own, this.plan.dress))
    }
    this.finish(refusal)
  }

  /** The answer has left, or the client has. */
  private closed(): void {
    this.answer.closed()
    this.finish(null, true)
  }

  private finish(refusal: Refusal | null, clientAborted = false): void {
    if (this.finished) return
    this.finished = true
    this.body?.stop()
    this.cancelDelay()
    if (this.deadline !== null) this.deps.limits.stop(this.deadline)
    if (this.stream !== null) for (const list of this.lists) list.delete(this.stream)
    const last = this.asking.outcome(clientAborted)
    this.deps.onOutcome(this.plan, last)
    this.deps.onDone(this.plan, {
      outcomes: this.failed === null ? [last] : [this.failed, last],
      fallback: this.fallback,
      refusal,
      totalMs: this.now() - this.plan.startedAt,
    })
    this.asking.stop()
  }
}
