import type { UpstreamFault } from '../upstream/client.ts'
import type { CopyKind } from './pair.ts'

/** Why a copy was not even sent. */
export type DropReason =
  | 'no-answer' // the client's request got no answer of an upstream
  | 'request-broken' // the client never sent its whole request
  | 'body-too-large' // the request body is over `maxBodyBytes`
  | 'bytes-in-flight' // `maxBytesInFlight` was reached while it was kept
  | 'in-flight' // `maxInFlight` was reached
  | 'loop-busy' // the event loop was busier than `maxLoad`
  | 'overloaded' // requests are refused because the event loop is late
  | 'already-asked' // V1 answered for V2, which may have been asked
  | 'switched-back' // it is not safe to repeat, and the latch is tripped
  | 'event-stream' // the answer is one and has no end to wait for
  | 'conditional' // the answer or what is not safe depends on a validator of one variant that the other may not know
  | 'stopping' // the gateway leaves

/** Why a copy that was sent got no whole answer. */
export type FailReason =
  | UpstreamFault
  | 'timeout' // `timeoutMs` was up
  | 'stopping' // the gateway leaves
  | 'broken' // a mistake of our own: it could not be sent

/** What became of a copy. The same words stand in the metric labels and in the status. */
export type CopyEnd =
  | { readonly result: 'sent'; readonly reason: 'answered' }
  | { readonly result: 'dropped'; readonly reason: DropReason }
  | { readonly result: 'failed'; readonly reason: FailReason }

/** The copies of one kind since the worker began. With those that are not over: eligible = sent + dropped + failed. */
export interface CopyCounts {
  eligible: number
  sent: number
  dropped: Partial<Record<DropReason, number>>
  failed: Partial<Record<FailReason, number>>
}

/** What a worker did for the shadow of one route. Plain data. */
export interface ShadowStatus {
  readonly shadow: Readonly<CopyCounts>
  readonly noise: Readonly<CopyCounts>
  /** Copies waiting for their turn or under way. */
  readonly inFlight: number
  /** Bytes of bodies kept, until they are compared. */
  readonly bytes: number
}

/** Counts the copies of one route, over all reloads. */
export class Account implements ShadowStatus {
  readonly shadow = noCopies()
  readonly noise = noCopies()
  inFlight = 0
  bytes = 0

  status(): ShadowStatus {
    const { shadow, noise, inFlight, bytes } = this
    return { shadow, noise, inFlight, bytes }
  }

  eligible(kind: CopyKind): void {
    this[kind].eligible++
  }

  ended(kind: CopyKind, end: CopyEnd): void {
    const counts = this[kind]
    if (end.result === 'sent') counts.sent++
    else if (end.result === 'dropped')
      counts.dropped[end.reason] = 1 + (counts.dropped[end.reason] ?? 0)
    else counts.failed[end.reason] = 1 + (counts.failed[end.reason] ?? 0)
  }
}

function noCopies(): CopyCounts {
  return { eligible: 0, sent: 0, dropped: {}, failed: {} }
}
