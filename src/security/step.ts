/** What is told of an event. */
export type Step = 'began' | 'lasts' | 'ended'

/** Milliseconds without enough refusals after which an event is over. */
export const quietMs = 300_000

/** Milliseconds between two words on an event that lasts. */
export const remindMs = 60_000

export interface Seen {
  /** Whether there are, within the window, as many refusals as make an event. */
  readonly isOver: boolean
  /** Nobody wants to hear of it any more. */
  readonly isOff: boolean
  /** The event that began already; null for none. */
  readonly lasting: {
    /** Monotonic milliseconds at which there were last enough refusals, and at which it was last told. */
    readonly overAt: number
    readonly toldAt: number
    /** Refusals so far, and those that were told. */
    readonly refusals: number
    readonly told: number
  } | null
  /** Monotonic milliseconds. */
  readonly now: number
}

/** What there is to tell now; null for nothing. */
export function stepOf({ isOver, isOff, lasting, now }: Seen): Step | null {
  if (lasting === null) return isOver && !isOff ? 'began' : null
  if (isOff || (!isOver && now - lasting.overAt >= quietMs)) return 'ended'
  return now - lasting.toldAt >= remindMs && lasting.refusals > lasting.told ? 'lasts' : null
}
