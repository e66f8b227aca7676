import { after, type Clock } from '../../clock.ts'

/** What a collector made of one post. */
export type PostResult =
  | {
      readonly result: 'taken'
      /** The body of its answer, which may say that some spans were not. */
      readonly answer: Uint8Array
    }
  /** It will not take these spans, however often it is asked. */
  | { readonly result: 'refused'; readonly why: string }
  /** No answer, or one that asks for patience; of so many milliseconds, or 0 where it does not say. */
  | { readonly result: 'again'; readonly why: string; readonly afterMs: number }

export interface Post {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array<ArrayBuffer>
  readonly timeoutMs: number
}

/** Answers that may be others later, by the OTLP specification. */
const passing = new Set([429, 502, 503, 504])

/** Bytes of an answer that are read. */
const maxAnswerBytes = 65_536

/** Posts spans once. Follows no redirect: what they say is for this address only. Never rejects. */
export async function postSpans(
  clock: Clock,
  { url, headers, body, timeoutMs }: Post,
  signal: AbortSignal,
): Promise<PostResult> {
  const late = new AbortController()
  const cancel = after(clock, timeoutMs, () => late.abort())
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/x-protobuf', 'user-agent': 'switchback' },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([late.signal, signal]),
    })
    const { ok, status } = response
    const answer = await beginningOf(response)
    if (ok) return { result: 'taken', answer }
    const why = `answered ${status}`
    if (!passing.has(status)) return { result: 'refused', why }
    return { result: 'again', why, afterMs: 1000 * secondsOf(response.headers.get('retry-after')) }
  } catch (error) {
    return {
      result: 'again',
      why: late.signal.aborted ? 'no answer in time' : whyOf(error),
      afterMs: 0,
    }
  } finally {
    cancel()
  }
}

async function beginningOf({ body }: Response): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of body ?? []) {
    pieces.push(piece)
    size += piece.length
    if (size > maxAnswerBytes) break
  }
  return Buffer.concat(pieces)
}

/** Of a Retry-After (RFC 9110 section 10.2.3); a date counts as nothing said. */
function secondsOf(retryAfter: string | null): number {
  return retryAfter !== null && /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) : 0
}

function whyOf(error: unknown): string {
  const { cause, message } = error as Error
  return cause instanceof Error ? cause.message || cause.name : message
}
