import { isFieldValue } from './fields.ts'

/** In characters: shorter ones are read through sooner than looked up, longer ones are too long to keep. */
const [shortest, longest] = [256, 2048]
/** Values held at most, so no more than 4 MB. When there are as many, all are forgotten. */
const most = 2000

/**
 * Remembers long field values that were found good. Nearly all of them are tokens, which come with each
 * request of a caller: to find one again takes a quarter of the time of reading through it.
 */
export function createLongValues() {
  const good = new Set<string>()

  return {
    /** What `isFieldValue` says. */
    isFieldValue(value: string): boolean {
      if (value.length < shortest || value.length > longest) return isFieldValue(value)
      if (good.has(value)) return true
      if (!isFieldValue(value)) return false
      if (good.size === most) good.clear()
      good.add(value)
      return true
    },
    size: () => good.size,
  }
}
