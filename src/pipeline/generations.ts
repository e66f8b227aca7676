import type { Serving } from './serving.ts'

/**
 * The snapshots that requests hold on to: the one in force, and those before it that still have
 * requests under way.
 */
export function createGenerations() {
  let inForce: Serving | null = null
  const living = new Set<Serving>()

  return {
    /** The snapshot that a request starting now gets. */
    current(): Serving {
      if (inForce === null) throw new Error('Cannot serve: a snapshot must be applied first.')
      return inForce
    },
    /** Puts `next` into force; resolves when nobody holds on to the one before any more. */
    async swap(next: Serving): Promise<void> {
      const before = inForce
      inForce = next
      living.add(next)
      if (before === null) return
      await before.inFlight.idle()
      living.delete(before)
    },
    /** Resolves when no request of any snapshot is under way. */
    async idle(): Promise<void> {
      await Promise.all([...living].map(({ inFlight }) => inFlight.idle()))
    },
  }
}
