import type { ClientAnswer } from './client-answer.ts'
import type { LongLived } from './forward-plan.ts'
import { headerValue } from './response-headers.ts'

export interface V2StreamDeps {
  readonly answer: ClientAnswer
  /** Of the answer, as the upstream sent them. */
  readonly headers: readonly string[]
  /** The request is over; nothing was wrong with it. */
  readonly finish: () => void
}

/** An answer of V2 that takes its time, as a switch back finds it. */
export class V2Stream implements LongLived {
  readonly eventStream: boolean
  private readonly canEnd: boolean
  private readonly deps: V2StreamDeps

  constructor(deps: V2StreamDeps) {
    this.deps = deps
    const type = headerValue(deps.headers, 'content-type') ?? ''
    this.eventStream = /^text\/event-stream\b/i.test(type)
    // Ended short of a declared length, it would be made whole by the connection's next answer.
    this.canEnd = this.eventStream && headerValue(deps.headers, 'content-length') === undefined
  }

  switchBack(): void {
    const { answer, finish } = this.deps
    // It ends cleanly for its client; whoever looks on must not take it for whole.
    answer.tap = null
    if (this.canEnd) answer.end()
    else answer.breakOff()
    finish()
  }
}
