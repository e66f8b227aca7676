import { setTimeout as wait } from 'node:timers/promises'

/** Resolves with what `look` gives once it gives something; looks until the test's own limit. */
export async function eventually<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    await wait(2)
  }
}
