import { after, type Clock } from '../clock.ts'

export interface AwakeClock extends Clock {
  close(): void
}

/** Milliseconds between two looks at whether this thread stood. */
const lookMs = 50
/** What counts at most of the time between two looks. */
const mostMs = 100

/**
 * A clock whose monotonic time goes on only while this thread could hear what it waits for; for the limits
 * of others, and for how long they took. While the thread stands, because it computes or gets no processor,
 * answers arrive that it has not read. To hold that time against V2 would switch it back for a pause of the
 * gateway's own, or of the machine's: some requests under way are enough. `every` is the real clock's: a
 * tick may come before so much of this time is over.
 */
export function createAwakeClock(clock: Clock): AwakeClock {
  let awakeMs = 0
  let lookedAt = clock.monotonic()
  // Nothing rests upon a look being in time: what is due with it, and comes before it, must not see more.
  const monotonic = () => awakeMs + Math.min(clock.monotonic() - lookedAt, mostMs)
  const close = clock.every(lookMs, () => {
    awakeMs = monotonic()
    lookedAt = clock.monotonic()
  })
  return {
    monotonic,
    close,
    now: () => clock.now(),
    idle: () => clock.idle(),
    every: (periodMs, tick) => clock.every(periodMs, tick),
  }
}

/** Calls `action` once after `milliseconds` of this clock's own time, unless the returned function is called first. */
export function afterAwake(awake: Clock, milliseconds: number, action: () => void): () => void {
  const begunAt = awake.monotonic()
  let cancel = after(awake, milliseconds, look)

  function look(): void {
    const leftMs = milliseconds - (awake.monotonic() - begunAt)
    // Timers are exact to a millisecond.
    if (leftMs > 1) cancel = after(awake, leftMs, look)
    else action()
  }

  return () => cancel()
}
