/** Counts the requests under way, so that shutting down can wait for the last. */
export function createInFlight() {
  let count = 0
  let waiting: (() => void)[] = []
  return {
    begin(): void {
      count++
    },
    end(): void {
      count--
      if (count > 0 || waiting.length === 0) return
      for (const resolve of waiting) resolve()
      waiting = []
    },
    /** Resolves when none is under way. */
    idle(): Promise<void> {
      if (count === 0) return Promise.resolve()
      return new Promise(resolve => waiting.push(resolve))
    },
  }
}

export type InFlight = ReturnType<typeof createInFlight>
