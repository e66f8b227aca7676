import type { Clock } from '../../clock.ts'
import type { Rules } from '../../config/rules.ts'
import type { LatchState } from '../../guard/latch-state.ts'

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
  readonly latches: () => readonly LatchState[]
  /** Asks for the resume; may come to nothing, and is asked again. */
  readonly resume: (flag: string) => Promise<unknown>
}

/** Milliseconds between two looks at the latches. */
const lookMs = 1000

/** Resumes what the policies say resumes by itself. Counts from the trip, so a restart changes nothing. */
export function createResumeAfter({ clock, routes, latches, resume }: ResumeAfterDeps) {
  const asked = new Set<string>()
  const stop = clock.every(lookMs, () => {
    for (const state of latches()) {
      const at = resumesAt(state, routes())
      if (at === null || clock.now() < at || asked.has(state.flag)) continue
      asked.add(state.flag)
      void resume(state.flag).finally(() => asked.delete(state.flag))
    }
  })
  return { close: stop }
}
