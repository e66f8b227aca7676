import type { WorkerLatch } from '../../fleet/planes.ts'

/** How a switch back went. */
export interface SwitchBack {
  /** Why, with its numbers. */
  readonly why: string
  /** Requests to V2 after its first failure. */
  readonly requests: number
  /** Milliseconds from V2's first failure to the start of the last request to it; null without a failure. */
  readonly milliseconds: number | null
  /** Milliseconds by which the last request to V2 started after the latch was tripped; 0 for none. */
  readonly lateMs: number
}

export interface SeenOfV2 {
  /** Wall-clock milliseconds; null when V2 did not fail. */
  readonly firstFailureAt: number | null
  readonly requestsSince: number
}

/** Puts together what the gateway and the sample V2 saw of it. */
export function switchBackOf(latch: WorkerLatch, seen: SeenOfV2): SwitchBack {
  const { state, takenAt, lastV2At } = latch
  const { firstFailureAt, requestsSince } = seen
  const lastAt = lastV2At ?? 0
  return {
    // The certainty is for those who judge a budget, not for a line that passes by.
    why: state.evidence?.text.split(';')[0] ?? `${state.by} asked for it`,
    requests: requestsSince,
    milliseconds: firstFailureAt === null ? null : Math.max(0, Math.round(lastAt - firstFailureAt)),
    lateMs: Math.max(0, Math.round(lastAt - takenAt)),
  }
}

/** `5 of 5 answers failed, allowed 1 %; 4 V2 requests after the first failure, 31 ms; V2 gets nothing any more`. */
export function switchBackInWords({ why, requests, milliseconds, lateMs }: SwitchBack): string {
  const delay =
    milliseconds === null
      ? 'V2 had not failed'
      : `${countText(requests, 'V2 request')} after the first failure, ${milliseconds} ms`
  const end =
    lateMs === 0 ? 'V2 gets nothing any more' : `V2 was last asked ${lateMs} ms after that`
  return `${why}; ${delay}; ${end}`
}

/** `1 error`, `2 errors`. */
export function countText(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`
}
