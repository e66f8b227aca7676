import { after, type Clock } from '../../clock.ts'
import type { Attempt } from './attempts.ts'

/** Milliseconds that an answer has, with its body where that is read. */
const timeoutMs = 5000

/** Bytes of an answer that are looked at. */
const maxAnswerBytes = 65_536

export interface OutgoingCall {
  readonly url: string
  readonly method: 'GET' | 'POST' | 'PATCH'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Whether anybody reads the answer's body; without, its status is all there is to wait for. */
  readonly reads: boolean
}

export type CallAnswer =
  | { readonly status: number; readonly body: string }
  | { readonly status: null; readonly error: string }

/** One HTTP call to the world outside. Follows no redirect: what we send is for this address only. */
export async function call(
  clock: Clock,
  { url, method, headers, body, reads }: OutgoingCall,
  signal: AbortSignal,
): Promise<CallAnswer> {
  const late = new AbortController()
  const cancel = after(clock, timeoutMs, () => late.abort())
  try {
    const response = await fetch(url, {
      method,
      headers: { ...headers },
      ...(body === undefined ? {} : { body }),
      redirect: 'manual',
      signal: AbortSignal.any([late.signal, signal]),
    })
    if (reads) return { status: response.status, body: await beginningOf(response) }
    response.body?.cancel().catch(() => {})
    return { status: response.status, body: '' }
  } catch (error) {
    if (late.signal.aborted)
      return { status: null, error: `no answer within ${timeoutMs / 1000} s` }
    const { cause, message } = error as Error
    return { status: null, error: cause instanceof Error ? cause.message || cause.name : message }
  } finally {
    cancel()
  }
}

/** A body is read to let its connection go, and no further than anybody needs. */
async function beginningOf({ body }: Response): Promise<string> {
  if (body === null) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    size += chunk.length
    if (size > maxAnswerBytes) break
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** 2xx is done. What asks for patience, or may be over soon, is tried again; anything else is final. */
export function attemptOf(answer: CallAnswer, done: string): Attempt {
  if (answer.status === null) return { result: 'again', text: answer.error }
  const { status } = answer
  if (status >= 200 && status < 300) return { result: 'done', text: done }
  const mayPass = status >= 500 || status === 408 || status === 429
  return { result: mayPass ? 'again' : 'failed', text: `answered ${status}` }
}
