import { after, type Clock } from '../clock.ts'

/** A fault made on purpose, for a tester's request to V2. */
export interface TestFault {
  /** Milliseconds before V2 is asked; 0 for none. */
  readonly delayMs: number
  /** What V2 seems to answer, with an empty body and without being asked; null: it is asked. */
  readonly status: number | null
}

export interface Rehearsed {
  ask(): void
  /** V2 is not asked, and this is what it seems to answer. */
  pretend(status: number): void
}

const nothing = () => {}

/** Makes the fault happen, at once or later; the function that it returns calls it off. */
export function makeTestFault(fault: TestFault, clock: Clock, request: Rehearsed): () => void {
  const { delayMs, status } = fault
  const act = () => (status === null ? request.ask() : request.pretend(status))
  if (delayMs > 0) return after(clock, delayMs, act)
  act()
  return nothing
}
