import type { Clock } from '../../clock.ts'

/** Milliseconds of work without a rest, but for a pair that takes longer by itself. */
const workMs = 1
/** As short as a rest can be: that there is one is what counts. */
const restMs = 0.1

/** Stops this thread for so many milliseconds. */
export type Sleep = (milliseconds: number) => void

/**
 * Rests of a thread that has work for longer. Where it shares its core with the thread that serves, the system
 * lets it go on for several milliseconds once it has begun, though the other has woken up; while it sleeps, the
 * other goes first. A lower priority hardly changes that, since it decides who gets how much and not who is next.
 *
 * @returns To be called between two pieces of work.
 */
export function createRests(clock: Pick<Clock, 'monotonic'>, sleep: Sleep): () => void {
  let restedAt = clock.monotonic()
  return () => {
    if (clock.monotonic() - restedAt < workMs) return
    sleep(restMs)
    restedAt = clock.monotonic()
  }
}

const nobodyWakes = new Int32Array(new SharedArrayBuffer(4))

/** Only for a thread that nobody waits for: nothing else happens in it meanwhile. */
export function sleepInPlace(milliseconds: number): void {
  Atomics.wait(nobodyWakes, 0, 0, milliseconds)
}
