import type { ClientAnswer } from './client-answer.ts'
import { EventBoundary } from './event-boundary.ts'
import type { LongLived } from './forward-plan.ts'
import { headerValue } from './response-headers.ts'

/** An answer that takes its time, as a switch back finds it, or whoever takes its client's token back. */
export class LongAnswer implements LongLived {
  readonly eventStream: boolean
  private readonly canEnd: boolean
  /** Null where events cannot be told apart. */
  private readonly boundary: EventBoundary | null
  private readonly answer: ClientAnswer
  private readonly finish: () => void
  /** It ends with the event that is under way. */
  private leaving = false

  /** `headers` as the upstream sent them; `finish`: the request is over, and nothing was wrong with it. */
  constructor(answer: ClientAnswer, headers: readonly string[], finish: () => void) {
    this.answer = answer
    this.finish = finish
    this.eventStream = isEventStream(headers)
    // Ended short of a declared length, it would be made whole by the connection's next answer.
    this.canEnd = this.eventStream && answer.isOpenEnded
    this.boundary = this.canEnd && isPlain(headers) ? new EventBoundary() : null
  }

  /** In the place of the answer's own, see there. */
  data(chunk: Buffer, source: { resume(): void }): boolean {
    const { answer, boundary } = this
    if (boundary === null) return answer.data(chunk, source)
    const length = this.leaving ? boundary.lengthOfRest(chunk) : -1
    boundary.pass(chunk)
    if (length === -1) return answer.data(chunk, source)
    answer.data(chunk.subarray(0, length), source)
    this.end()
    return true
  }

  switchBack(): void {
    if (!this.canEnd) this.breakOff()
    else if (this.boundary === null || this.boundary.isHere) this.end()
    else this.leaving = true
  }

  breakOff(): void {
    this.answer.breakOff()
    this.finish()
  }

  private end(): void {
    // It ends cleanly for its client; whoever looks on must not take it for whole.
    this.answer.tap = null
    this.answer.end()
    this.finish()
  }
}

export function isEventStream(headers: readonly string[]): boolean {
  return /^text\/event-stream\b/i.test(headerValue(headers, 'content-type') ?? '')
}

/** No content coding, so that its bytes are those of its events. */
function isPlain(headers: readonly string[]): boolean {
  return /^(?:identity)?$/i.test(headerValue(headers, 'content-encoding') ?? '')
}
