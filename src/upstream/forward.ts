import type { ServerResponse } from 'node:http'
import type { Clock } from '../clock.ts'
import type { Assignment } from '../cohort/assignment.ts'
import type { Rules } from '../config/rules.ts'
import type { Refusal } from '../errors.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import type { Exchange, OriginClient, ResponseSink, UpstreamFault } from './client.ts'
import { ClientAnswer } from './client-answer.ts'
import { isUnreached, mayMove, mayRetry, refusalFor } from './faults.ts'
import { leastBusy, reached, rest } from './least-busy.ts'
import { hostFor, type OriginSet } from './origins.ts'
import type { Outcome } from './outcome.ts'
import { pumpRequestBody, type RequestBody } from './request-body.ts'
import type { RetryBudget } from './retry-budget.ts'
import type { Stalls } from './stalls.ts'

/** Everything that one forwarded request needs, decided before it starts. */
export interface Forward {
  readonly request: GatewayRequest
  readonly response: ServerResponse
  readonly assignment: Assignment
  readonly origins: OriginSet
  readonly policy: Rules
  readonly retries: RetryBudget
  /** Headers that the gateway adds to the answer beside the request id, flat name/value pairs. */
  readonly responseHeaders: readonly string[]
  /** `clock.monotonic()` at admission. */
  readonly startedAt: number
}

export interface ForwardDeps {
  readonly clock: Clock
  readonly stalls: Stalls
  /** Longest pause of a client that sends a body, and of one that takes an answer. */
  readonly bodyTimeoutMs: number
  readonly sendTimeoutMs: number
  readonly refuse: (
    response: ServerResponse,
    refusal: Refusal,
    id: string,
    headers: readonly string[],
  ) => void
  /** Makes an answer the last on its connection. */
  readonly endConnection: (response: ServerResponse) => void
  /** Called once for every forward, at its end. */
  readonly onOutcome: (forward: Forward, outcome: Outcome, refusal: Refusal | null) => void
}

/** Counts the forwards, for taking turns among equally busy origins. */
let turn = 0

/** Sends the request to an upstream and its answer to the client, streaming both ways. */
export function forward(plan: Forward, deps: ForwardDeps): void {
  new Forwarding(plan, deps).start()
}

/** One request's state while it is under way; an object and not closures, since each costs. */
class Forwarding implements ResponseSink {
  private readonly plan: Forward
  private readonly deps: ForwardDeps
  private readonly answer: ClientAnswer
  private client: OriginClient
  private exchange: Exchange | null = null
  private body: RequestBody | null = null
  private attempts = 0
  private status = 0
  private headMs = -1
  private finished = false

  constructor(plan: Forward, deps: ForwardDeps) {
    this.plan = plan
    this.deps = deps
    this.answer = new ClientAnswer(plan.response, deps.stalls, deps.sendTimeoutMs)
    this.client = leastBusy(plan.origins, turn++, plan.startedAt)
  }

  start(): void {
    const { request, response, policy, retries } = this.plan
    if (policy.maxBodyBytes > 0 && request.bodyLength > policy.maxBodyBytes) {
      this.refuse('body-too-large', null)
      return
    }
    retries.deposit()
    if (response.destroyed) {
      this.clientGone()
      return
    }
    response.on('close', () => this.closed())
    this.attempt()
    if (request.bodyLength === 0 || this.finished) return
    this.body = pumpRequestBody({
      raw: request.raw,
      exchange: this.exchange as Exchange,
      maxBytes: policy.maxBodyBytes,
      timeoutMs: this.deps.bodyTimeoutMs,
      stalls: this.deps.stalls,
      onRefused: refusal => this.refuse(refusal, null),
    })
    if (request.expectsContinue && !response.headersSent) response.writeContinue()
  }

  private attempt(): void {
    const { request, origins, policy } = this.plan
    this.attempts++
    const host = hostFor(origins, this.client, request.authority)
    this.exchange = this.client.send(
      {
        method: request.method,
        target: request.path + request.query,
        headers: ['host', host].concat(request.headers, request.added),
        bodyLength: request.bodyLength,
        connectTimeoutMs: policy.timeouts.connectMs,
        headersTimeoutMs: policy.timeouts.headersMs,
        bodyTimeoutMs: policy.timeouts.bodyMs,
      },
      this,
    )
    if (request.bodyLength === 0) this.exchange.end()
  }

  /** Dropped: a hint from a variant that may not answer in the end is a wrong hint (docs/adr/0002-refuse-never-repair.md). */
  onInformation(): void {}

  onHead(status: number, headers: string[]): void {
    this.status = status
    this.headMs = this.elapsed()
    reached(this.client)
    const { request, responseHeaders } = this.plan
    this.answer.head(status, headers, ['x-request-id', request.id].concat(responseHeaders))
  }

  onLull(): void {
    if (!this.finished) this.answer.lull()
  }

  onData(chunk: Buffer): boolean {
    return this.answer.data(chunk, () => this.exchange?.resume())
  }

  onEnd(): void {
    this.answer.end()
    this.finish(null, null)
  }

  onDrain(): void {
    this.body?.resume()
  }

  onFault(fault: UpstreamFault): void {
    if (this.finished) return
    const { request, policy, origins, retries } = this.plan
    if (this.answer.begun) {
      this.answer.breakOff()
      this.finish(fault, null)
      return
    }
    if (isUnreached(fault)) rest(this.client, this.deps.clock.monotonic())
    const { sent = false, answered = false } = this.exchange ?? {}
    if (
      this.attempts <= policy.retry.attempts &&
      ((origins.clients.length > 1 && mayMove(fault, sent)) ||
        (mayRetry(request.method, request.bodyLength, fault, answered) && retries.withdraw()))
    ) {
      this.client = leastBusy(origins, turn++, this.deps.clock.monotonic(), this.client)
      this.attempt()
      this.body?.moveTo(this.exchange as Exchange)
      return
    }
    this.refuse(fault === 'aborted' ? 'draining' : refusalFor[fault], fault)
  }

  private refuse(refusal: Refusal, fault: UpstreamFault | null): void {
    if (this.finished) return
    const { request, response } = this.plan
    if (this.answer.begun) this.answer.breakOff()
    else {
      // What is left of the request body is not read to its end just to keep the connection.
      if (request.bodyLength !== 0 && !request.raw.complete) this.deps.endConnection(response)
      this.deps.refuse(response, refusal, request.id, this.plan.responseHeaders)
    }
    this.finish(fault, refusal)
    this.exchange?.abort()
  }

  /** The answer has left, or the client has. */
  private closed(): void {
    this.answer.closed()
    this.clientGone()
  }

  private clientGone(): void {
    if (this.finished) return
    this.finish(null, null, true)
    this.exchange?.abort()
  }

  private finish(
    fault: UpstreamFault | null,
    refusal: Refusal | null,
    clientAborted = false,
  ): void {
    if (this.finished) return
    this.finished = true
    this.body?.stop()
    const outcome: Outcome = {
      variant: this.plan.assignment.variant,
      origin: this.client.origin,
      status: this.status,
      fault,
      clientAborted,
      attempts: this.attempts,
      headMs: this.headMs,
      totalMs: this.elapsed(),
    }
    this.deps.onOutcome(this.plan, outcome, refusal)
  }

  private elapsed(): number {
    return this.deps.clock.monotonic() - this.plan.startedAt
  }
}
