import { after, type Clock } from '../../clock.ts'

/** What came of one attempt: it worked, it never will, or it may later. */
export interface Attempt {
  readonly result: 'done' | 'failed' | 'again'
  readonly text: string
}

const firstDelayMs = 1000

/** Milliseconds after the first attempt in which another may begin. */
const lastAttemptMs = 600_000

/** 1 s, 2 s, 4 s … between attempts; null when the next would begin after more than ten minutes. */
export function nextDelayMs(failures: number, elapsedMs: number): number | null {
  const delayMs = firstDelayMs * 2 ** (failures - 1)
  return elapsedMs + delayMs > lastAttemptMs ? null : delayMs
}

export interface AttemptsOptions {
  readonly clock: Clock
  /** Ends the waiting between attempts; an attempt under way comes to its own end. */
  readonly signal: AbortSignal
  readonly attempt: () => Promise<Attempt>
  /** Hears of each attempt that will be repeated. */
  readonly onRetry: (text: string) => void
}

/** Tries until it works, never will, or ten minutes are over; null when it was told to stop. */
export async function attempts(options: AttemptsOptions): Promise<Attempt | null> {
  const { clock, signal, attempt, onRetry } = options
  const begunAt = clock.monotonic()
  for (let failures = 1; !signal.aborted; failures++) {
    const tried = await attempt()
    if (tried.result !== 'again') return tried
    const delayMs = nextDelayMs(failures, clock.monotonic() - begunAt)
    const count = `${tried.text}, after ${failures} ${failures === 1 ? 'attempt' : 'attempts'}`
    if (delayMs === null) return { result: 'failed', text: `given up: ${count}` }
    onRetry(`${count}; again in ${delayMs / 1000} s`)
    await pauseUnless(clock, delayMs, signal)
  }
  return null
}

/** Resolves after `milliseconds`, or as soon as the signal is given. */
export function pauseUnless(
  clock: Clock,
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise(resolve => {
    function end(): void {
      cancel()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const cancel = after(clock, milliseconds, end)
    signal.addEventListener('abort', end)
  })
}
