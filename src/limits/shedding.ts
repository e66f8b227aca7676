import type { Clock } from '../clock.ts'
import { watchLoopLag } from './loop-lag.ts'
import { type ByPriority, type Priority, shedShares } from './shed-shares.ts'
import { loopFinding, nothingShed, shedStep } from './shed-step.ts'

export interface SheddingDeps {
  readonly clock: Clock
  /** A number in [0, 1). */
  readonly random: () => number
  readonly onEvent: (event: SheddingEvent) => void
}

/** Requests are refused from now on, or none is any more. */
export type SheddingEvent =
  | { readonly type: 'shedding-began'; readonly lagMs: number; readonly maxLagMs: number }
  | { readonly type: 'shedding-ended'; readonly lastedMs: number; readonly refused: ByPriority }

/** How a worker sheds load. Plain JSON. */
export interface SheddingStatus {
  readonly maxLagMs: number
  /** Least lag of its event loop in the last half second. */
  readonly lagMs: number
  readonly finding: ReturnType<typeof loopFinding>
  /** Whole percent of all requests that are refused now. */
  readonly percent: number
  /** Wall-clock milliseconds since which some are; null while none is. */
  readonly since: number | null
}

const none: ByPriority = { low: 0, normal: 0, high: 0 }

/**
 * Refuses a share of the requests while the event loop of this worker is late, the least important
 * first. Which ones is left to chance: whoever asks in a rhythm must not be the one that always loses.
 */
export function createShedding({ clock, random, onEvent }: SheddingDeps) {
  let maxLagMs = 0
  let shed = nothingShed
  let shares = none
  let came = { ...none }
  let refused = { ...none }
  let beganAt = 0
  let since: number | null = null
  let stop = (): void => {}

  function look(lagMs: number): void {
    const before = shed.percent
    shed = shedStep(shed, lagMs, maxLagMs)
    // Within an interval nothing is decided.
    if (shed.looks > 0) return
    shares = shedShares(shed.percent, came)
    came = { ...none }
    if (before === 0 && shed.percent > 0) begin()
    else if (before > 0 && shed.percent === 0) end()
  }

  function begin(): void {
    refused = { ...none }
    beganAt = clock.monotonic()
    since = clock.now()
    onEvent({ type: 'shedding-began', lagMs: Math.round(shed.standingMs), maxLagMs })
  }

  function end(): void {
    since = null
    const lastedMs = Math.round(clock.monotonic() - beganAt)
    onEvent({ type: 'shedding-ended', lastedMs, refused })
  }

  return {
    /** The lag from which on it sheds, in milliseconds; 0 for never. What it found goes on. */
    limit(next: number): void {
      const isWatching = maxLagMs > 0
      maxLagMs = next
      if (next > 0) {
        if (!isWatching) stop = watchLoopLag(clock, look)
        return
      }
      stop()
      if (shed.percent > 0) end()
      shed = nothingShed
      shares = none
    },
    /** Whether this request is to be refused. Every request must be asked about, once. */
    sheds(priority: Priority): boolean {
      if (maxLagMs === 0) return false
      came[priority]++
      const share = shares[priority]
      if (share === 0 || random() >= share) return false
      refused[priority]++
      return true
    },
    /** Whether a share of the requests is refused now. */
    isShedding: () => shed.percent > 0,
    /** Null where it is off. */
    status(): SheddingStatus | null {
      if (maxLagMs === 0) return null
      const { percent, standingMs } = shed
      const finding = loopFinding(standingMs, maxLagMs)
      return { maxLagMs, lagMs: Math.round(standingMs), finding, percent, since }
    },
    close: () => stop(),
  }
}
