import { after, type Clock } from '../../clock.ts'
import { rejectedIn } from './otlp-answer.ts'
import { otlpRequest } from './otlp-request.ts'
import { type PostResult, postSpans } from './post-spans.ts'
import type { Span, SpanAttributes } from './span.ts'

/** Where spans are sent, by the configuration in force. */
export interface SpanTarget {
  /** Address of the collector, with `/v1/traces`. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** Attributes of the gateway itself. */
  readonly resource: SpanAttributes
  /** Spans that may wait; further ones are dropped. */
  readonly maxQueued: number
  readonly timeoutMs: number
}

/** Why a span never got to the collector. */
export type SpanDropReason =
  | 'queue-full' // `maxQueuedSpans` waited already
  | 'refused' // the collector did not want it
  | 'stopping' // the gateway left first, or was told to record no more

/** What became of the spans of a worker. */
export interface SpanCounts {
  readonly exported: number
  readonly dropped: Readonly<Record<SpanDropReason, number>>
  /** Waiting now. */
  readonly queued: number
}

export interface SpanExporterDeps {
  readonly clock: Clock
  /** From 0 up to 1. */
  readonly chance: () => number
  /** Hears of each post. */
  readonly onResult: (result: PostResult['result'], why: string) => void
}

/** Milliseconds that a span waits for others. */
const periodMs = 1000

/** Spans in one post: writing them holds the event loop for less than a millisecond. */
const mostInOnePost = 256

/** Milliseconds to the second attempt, and to each at most. */
const firstDelayMs = 1000
const longestDelayMs = 30_000

/** Milliseconds that the last spans may hold up a shutdown. */
const lastPostsMs = 1000

/**
 * Sends spans, one post at a time, in the order in which they came. A collector that is out of reach is
 * asked again until it is back; what does not fit into the queue meanwhile is dropped and counted. Nothing
 * that a client does waits for any of it.
 */
export function createSpanExporter(deps: SpanExporterDeps) {
  const { clock, chance, onResult } = deps
  const closing = new AbortController()
  const dropped = { 'queue-full': 0, refused: 0, stopping: 0 }
  let target: SpanTarget | null = null
  let waiting: Span[] = []
  /** Taken off the queue, and not settled yet. */
  let batch: readonly Span[] = []
  let exported = 0
  let failures = 0
  /** `clock.monotonic()` from which on the collector may be asked. */
  let notBefore = 0
  let isLeaving = false
  let sending: Promise<void> | null = null

  async function post({ url, headers, resource, timeoutMs }: SpanTarget): Promise<void> {
    const body = otlpRequest(batch, resource, clock.now() - clock.monotonic())
    const posted = await postSpans(clock, { url, headers, body, timeoutMs }, closing.signal)
    if (posted.result === 'again') wait(posted)
    else if (posted.result === 'refused') settle(batch.length, posted.why)
    else {
      const { count, why } = rejectedIn(posted.answer)
      settle(count, why)
    }
  }

  /** The collector is not asked again for a while: 1, 2, 4 … seconds, less a share that differs by machine. */
  function wait({ why, afterMs }: Extract<PostResult, { result: 'again' }>): void {
    const delayMs = Math.min(firstDelayMs * 2 ** failures, longestDelayMs)
    failures++
    const asked = Math.min(afterMs, longestDelayMs)
    notBefore = clock.monotonic() + Math.max(delayMs * (0.5 + chance() / 2), asked)
    onResult('again', why)
  }

  /** The batch is off our hands, and so many of it were for nothing. */
  function settle(claimed: number, why: string): void {
    const rejected = Math.min(claimed, batch.length)
    failures = 0
    exported += batch.length - rejected
    dropped.refused += rejected
    batch = []
    onResult(rejected > 0 ? 'refused' : 'taken', why)
  }

  /** What waits; a few that came meanwhile wait for more. */
  async function send(): Promise<void> {
    do {
      if (target === null) return
      if (batch.length === 0) batch = waiting.splice(0, mostInOnePost)
      if (batch.length === 0) return
      await post(target)
    } while (batch.length === 0 && (isLeaving || waiting.length >= mostInOnePost))
  }

  function flush(): void {
    if (sending !== null || clock.monotonic() < notBefore) return
    sending = send()
      // A mistake of our own costs the spans that it happens to.
      .catch(error => settle(batch.length, (error as Error).message))
      .finally(() => {
        sending = null
      })
  }

  const stopTicking = clock.every(periodMs, flush)

  return {
    /** Takes a configuration into force; null: spans are not recorded, and what waits is dropped. */
    aim(next: SpanTarget | null): void {
      target = next
      if (next !== null) return
      dropped.stopping += waiting.length + batch.length
      waiting = []
      batch = []
    },
    /** Whether there is anybody to send spans to. */
    get isAimed(): boolean {
      return target !== null
    },
    add(span: Span): void {
      if (target === null) return
      if (waiting.length >= target.maxQueued) {
        dropped['queue-full']++
        return
      }
      // Not now: a client is being served.
      if (waiting.push(span) === mostInOnePost) setImmediate(flush)
    },
    counts: (): SpanCounts => ({ exported, dropped, queued: waiting.length + batch.length }),
    /** Sends what waits, for a second at most, and counts what is left. */
    async close(): Promise<void> {
      stopTicking()
      isLeaving = true
      const cancel = after(clock, lastPostsMs, () => closing.abort())
      await sending
      notBefore = 0
      flush()
      await sending
      cancel()
      this.aim(null)
    },
  }
}

export type SpanExporter = ReturnType<typeof createSpanExporter>
