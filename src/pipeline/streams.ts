import { after, type Clock } from '../clock.ts'

/** An answer that goes on for long, see `LongLived` in upstream/. */
export interface Stream {
  /** Whether its client reads events (`text/event-stream`) and comes back by itself when they end. */
  readonly eventStream: boolean
  /** Ends it: events whole, which may take until the next has passed, anything else by breaking it off. */
  switchBack(): void
  /** Ends it at once, so that the client sees it is not whole. */
  breakOff(): void
}

/** The long answers of V2 that one flag sent there. */
export interface StreamsOfFlag {
  add(stream: Stream): void
  delete(stream: Stream): void
}

/** The answers under way that outlast a switch back, for whoever has to end them. */
export function createStreams({
  clock,
  random,
}: {
  readonly clock: Clock
  /** A number in [0, 1). */
  readonly random: () => number
}) {
  const byFlag = new Map<string, Set<Stream>>()

  function of(flag: string): Set<Stream> {
    const known = byFlag.get(flag) ?? new Set()
    byFlag.set(flag, known)
    return known
  }

  return {
    of: (flag: string): StreamsOfFlag => of(flag),
    /**
     * Sends those of a flag away from V2: event streams within `jitterMs`, spread at random, since
     * their clients come back at once; what else is left after `limitMs` is cut.
     */
    switchBack(
      flag: string,
      limits: { readonly jitterMs: number; readonly limitMs: number },
    ): void {
      const streams = of(flag)
      const leaving = [...streams]
      for (const stream of leaving) {
        if (!stream.eventStream) continue
        after(clock, random() * limits.jitterMs, () => {
          if (streams.has(stream)) stream.switchBack()
        })
      }
      after(clock, limits.limitMs, () => {
        for (const stream of leaving) if (streams.has(stream)) stream.breakOff()
      })
    },
  }
}

export type Streams = ReturnType<typeof createStreams>
