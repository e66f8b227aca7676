const signals = ['SIGINT', 'SIGTERM'] as const

/** Runs `action` until it is done or somebody interrupts it; a second interruption ends the process. */
export async function untilInterrupted<T>(action: (stop: AbortSignal) => Promise<T>): Promise<T> {
  const interrupted = new AbortController()
  const onSignal = () => interrupted.abort()
  for (const signal of signals) process.once(signal, onSignal)
  try {
    return await action(interrupted.signal)
  } finally {
    for (const signal of signals) process.off(signal, onSignal)
  }
}
