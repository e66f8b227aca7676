import type { LatchState } from '../../guard/latch-state.ts'

/** Flags that are switched back although no route names them: they were renamed, or left the routes. */
export function unusedTrips(
  states: readonly LatchState[],
  flags: readonly string[],
): readonly string[] {
  return states
    .filter(({ state, reason }) => state === 'tripped' && reason !== 'drill')
    .map(({ flag }) => flag)
    .filter(flag => !flags.includes(flag))
}

/** Said whenever a configuration comes into force: the route's new flag, if it has one, is open. */
export function warnOfUnusedTrips(
  states: readonly LatchState[],
  flags: readonly string[],
  log: { warn(details: object, message: string): void },
): void {
  for (const flag of unusedTrips(states, flags)) {
    log.warn({ flag }, 'this flag is switched back, and no route uses it: it holds back no traffic')
  }
}
