import type { Clock } from '../../clock.ts'
import type { Rules } from '../../config/rules.ts'
import type { LatchState } from '../../guard/latch-state.ts'
import { isSameChange } from './held-latches.ts'

/** A route of the configuration in force, as far as it says when its flag may resume. */
export interface ResumingRoute {
  readonly flag?: string | undefined
  readonly rules: Pick<Rules, 'switchBack'>
}

/** Milliseconds after which a flag resumes by itself: the longest of its routes', if all of them say one. */
export function resumeAfterMs(flag: string, routes: readonly ResumingRoute[]): number | null {
  const times = routes
    .filter(route => route.flag === flag)
    .map(({ rules }) => rules.switchBack.resumeAfterMs)
  if (times.length === 0 || times.includes(null)) return null
  return Math.max(...times.map(Number))
}

/**
 * Wall-clock milliseconds at which a latch opens by itself; null for never. What a person sent back,
 * a person resumes: only a breach was the gateway's own doing.
 */
export function resumesAt(
  { flag, state, reason, since }: LatchState,
  routes: readonly ResumingRoute[],
): number | null {
  const waitMs = resumeAfterMs(flag, routes)
  return state === 'tripped' && reason === 'budget-breach' && waitMs !== null
    ? since + waitMs
    : null
}

export interface ResumeAfterDeps {
  readonly clock: Clock
  readonly routes: () => readonly ResumingRoute[]
  /** What was kept must be among them from the beginning. */
  readonly latches: () => readonly LatchState[]
  /** Asks for the resume; may come to nothing, and is asked again. */
  readonly resume: (flag: string) => Promise<unknown>
}

/** Milliseconds between two looks at the latches. */
const lookMs = 1000

/**
 * Resumes what the policies say resumes by itself. Counts from the trip, so a restart changes nothing;
 * a trip that this process lived through must also be that old by its own monotonic clock, since the
 * wall clocks of machines differ and are put right.
 */
export function createResumeAfter({ clock, routes, latches, resume }: ResumeAfterDeps) {
  const asked = new Set<string>()
  /** By flag, the last change and the monotonic time at which it was seen. */
  const seen = new Map(latches().map(state => [state.flag, { state, at: -Infinity }]))

  function seenAt(state: LatchState): number {
    const known = seen.get(state.flag)
    if (known !== undefined && isSameChange(known.state, state)) return known.at
    const at = clock.monotonic()
    seen.set(state.flag, { state, at })
    return at
  }

  const stop = clock.every(lookMs, () => {
    for (const state of latches()) {
      const livedMs = clock.monotonic() - seenAt(state)
      const at = resumesAt(state, routes())
      if (at === null || clock.now() < at || livedMs < at - state.since) continue
      if (asked.has(state.flag)) continue
      asked.add(state.flag)
      void resume(state.flag).finally(() => asked.delete(state.flag))
    }
  })
  return { close: stop }
}
