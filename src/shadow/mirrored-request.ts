import type { Variant } from '../cohort/assignment.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import { Linked } from '../linked-set.ts'
import type { BodyTap, TappedHead } from '../upstream/forward-plan.ts'
import type { CopyEnd, DropReason } from './account.ts'
import { Capture } from './capture.ts'
import { answersCondition, isBoundToVariant } from './conditions.ts'
import { Copy } from './copy.ts'
import { isSafe } from './copy-headers.ts'
import { isEventStream } from './header-value.ts'
import { KeptBytes } from './kept-bytes.ts'
import type { CapturedAnswer, CopyKind, KeptBody, Pair } from './pair.ts'
import type { RouteMirror } from './route-mirror.ts'

/**
 * A client's request that is copied. Listens to it and to its answer as they flow, begins the copies once
 * that answer has begun and the request is whole, and hands the answers over in pairs. None of that needs
 * the client, who may go away.
 */
export class MirroredRequest extends Linked implements BodyTap {
  readonly mirror: RouteMirror
  readonly request: GatewayRequest
  /** Of the request; null for one without. */
  readonly body: KeptBytes | null
  /** What is to be copied, until that begins. */
  #due: readonly CopyKind[]
  /** The copies under way. */
  #copies: Copy[] = []
  /** Those that are over and wait for the end of the client's answer. */
  #waiting: Copy[] = []
  /** Copies that may still need the client's answer. */
  #needing: number
  #requestIsWhole: boolean
  #answeredBy: Variant = 'v1'
  /** The answer to the client; null until its head has come. */
  #client: Capture | null = null
  /** It is whole, or not waited for. */
  #clientIsOver = false

  constructor(mirror: RouteMirror, request: GatewayRequest, kinds: readonly CopyKind[]) {
    super()
    const { bodyLength } = request
    this.mirror = mirror
    this.request = request
    this.body = bodyLength === 0 ? null : new KeptBytes(mirror.keeping)
    this.#requestIsWhole = bodyLength === 0
    this.#due = kinds
    this.#needing = kinds.length
    for (const kind of kinds) mirror.parts.account.eligible(kind)
    if (!mirror.parts.limits.headroom.has()) this.#drop('loop-busy')
    else if (!isSafe(request.method) && isBoundToVariant(request.headers)) this.#drop('conditional')
    else if (bodyLength > mirror.parts.rule.maxBodyBytes) this.#drop('body-too-large')
    // Otherwise what room there is would go to bodies of which none becomes whole.
    else if (!mirror.keeping.bytes.has(bodyLength)) this.#drop('bytes-in-flight')
  }

  /** False where all of it is dropped already. */
  get isDue(): boolean {
    return this.#due.length > 0
  }

  /** A piece of the request body. */
  data(piece: Buffer): void {
    const { body } = this
    if (this.#due.length === 0 || body === null || body.add(piece)) return
    this.#drop(body.lost === 'no-room' ? 'bytes-in-flight' : 'body-too-large')
  }

  /** The request is whole. */
  end(): void {
    this.#requestIsWhole = true
    if (this.#client !== null) this.#begin()
  }

  /** The answer to the client begins; returns who sees its body. */
  answered(head: TappedHead): BodyTap | null {
    if (isEventStream(head.headers)) this.#drop('event-stream')
    else if (answersCondition(head.status, this.request.headers)) this.#drop('conditional')
    // What V2 failed to answer it would be asked once more.
    else if (wasAsked(head)) this.#drop('already-asked', 'shadow')
    if (this.#due.length === 0) return null
    this.#answeredBy = head.variant
    this.#client = new Capture(this.request.method, head, this.mirror.keeping)
    if (this.#requestIsWhole) this.#begin()
    return this.#client
  }

  /** The client's request is over, however it ended. */
  done(): void {
    this.#drop(this.#requestIsWhole ? 'no-answer' : 'request-broken')
    this.waitNoLonger()
  }

  /** A copy is over. */
  ended(copy: Copy, end: CopyEnd): void {
    const { mirror } = this
    mirror.parts.account.ended(copy.kind, end)
    mirror.leaveSlot()
    this.#copies = this.#copies.filter(each => each !== copy)
    if (this.#copies.length === 0) this.body?.release()
    if (!saysSomething(end)) this.#forget(copy)
    else if (this.#clientIsOver) this.#handOver(copy)
    else this.#waiting.push(copy)
  }

  /** The end of the client's answer is not waited for: it is there, takes too long, or the gateway leaves. */
  waitNoLonger(): void {
    this.#clientIsOver = true
    this.#client?.giveUp('unfinished')
    for (const copy of this.#waiting.splice(0)) this.#handOver(copy)
  }

  /** The gateway leaves. */
  stop(): void {
    this.#drop('stopping')
    for (const copy of this.#copies) {
      copy.end({ result: copy.asked ? 'failed' : 'dropped', reason: 'stopping' })
    }
    this.waitNoLonger()
  }

  #begin(): void {
    const { mirror } = this
    const due = this.#due
    this.#due = []
    for (const kind of due) {
      const to = kind === 'noise' || this.#answeredBy === 'v2' ? 'v1' : 'v2'
      const hindrance = mirror.enterSlot(this.request, to)
      if (hindrance !== null) {
        this.#dropped(kind, hindrance)
        continue
      }
      const copy = new Copy(kind, to, this)
      this.#copies.push(copy)
      mirror.parts.queue.add(copy)
    }
    if (this.#copies.length === 0) this.body?.release()
  }

  /** Those that have not begun. */
  #drop(reason: DropReason, only: CopyKind | null = null): void {
    const due = this.#due
    if (due.length === 0) return
    this.#due = only === null ? [] : due.filter(kind => kind !== only)
    if (this.#due.length === 0) this.body?.release()
    for (const kind of due) if (only === null || kind === only) this.#dropped(kind, reason)
  }

  #dropped(kind: CopyKind, reason: DropReason): void {
    this.mirror.parts.account.ended(kind, { result: 'dropped', reason })
    this.#letGo()
  }

  #handOver(copy: Copy): void {
    const { mirror, request } = this
    const { method, path, id } = request
    copy.stopLimit()
    // One body alone is not compared.
    const withBodies = this.#client?.lost === null && copy.answer?.lost === null
    const client = this.#client?.answer(withBodies) ?? unanswered
    const other = copy.answer?.answer(withBodies) ?? unanswered
    const [a, b] = this.#answeredBy === 'v2' ? [other, client] : [client, other]
    const pair: Pair<KeptBody> = {
      route: mirror.parts.route,
      basis: mirror.parts.basis,
      kind: copy.kind,
      repeatable: isSafe(method) && this.#answeredBy === 'v1',
      method,
      path,
      requestId: id,
      seenAt: mirror.parts.clock.now(),
      a,
      b,
    }
    mirror.parts.comparer.compare(pair, () => this.#forget(copy))
  }

  #forget(copy: Copy): void {
    copy.stopLimit()
    copy.answer?.release()
    this.#letGo()
  }

  #letGo(): void {
    this.#needing--
    if (this.#needing > 0) return
    this.#client?.release()
    this.mirror.forget(this)
  }
}

const unanswered: CapturedAnswer<KeptBody> = {
  status: 0,
  headers: [],
  body: null,
  lost: 'no-answer',
  headMs: -1,
}

/**
 * What our own limit, mistake or leaving ended says nothing about who was asked, nor does a request body
 * that no mapping can take.
 */
const silent: ReadonlySet<CopyEnd['reason']> = new Set([
  'aborted',
  'broken',
  'busy',
  'stopping',
  'unmappable',
])

function saysSomething({ reason }: CopyEnd): boolean {
  return !silent.has(reason)
}

/** V1 answers for V2, and V2 may have been asked. */
function wasAsked({ fallback }: TappedHead): boolean {
  return fallback !== null && fallback !== 'breaker-open' && fallback !== 'unhealthy'
}
