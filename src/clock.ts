import { performance } from 'node:perf_hooks'

/** The one seam through which time enters, so that tests own it. */
export interface Clock {
  /** Wall-clock time, milliseconds since the Unix epoch. */
  now(): number
  /** Monotonic time in milliseconds, for durations; its zero is arbitrary. */
  monotonic(): number
  /** Milliseconds that this thread's event loop has waited for something to do; its zero is arbitrary. */
  idle(): number
  /** Calls `tick` every `periodMs` until the returned function is called; never keeps the process alive. */
  every(periodMs: number, tick: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  idle: () => performance.nodeTiming.idleTime,
  every(periodMs, tick) {
    const timer = setInterval(tick, periodMs)
    timer.unref()
    return () => clearInterval(timer)
  },
}

/** CLOCK_MONOTONIC in microseconds, which the processes of a machine share. */
export function monotonicUsec(): bigint {
  return process.hrtime.bigint() / 1000n
}

/** Calls `action` once after `milliseconds`, unless the returned function is called first. */
export function after(clock: Clock, milliseconds: number, action: () => void): () => void {
  const cancel = clock.every(milliseconds, () => {
    cancel()
    action()
  })
  return cancel
}

/** Resolves after `milliseconds`, at once for 0. */
export function pause(clock: Clock, milliseconds: number): Promise<void> {
  if (milliseconds === 0) return Promise.resolve()
  return new Promise(resolve => after(clock, milliseconds, resolve))
}
