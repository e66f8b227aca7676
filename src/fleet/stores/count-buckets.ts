/** Width of a bucket of counts, milliseconds of the store's clock. */
export const bucketMs = 250

/** A bucket is closed this long after its end, since reports made within it may still be under way. */
export const graceMs = 250

/** After this long a bucket is gone. */
export const keptMs = 10_000

export function bucketAt(ms: number): number {
  return Math.floor(ms / bucketMs)
}

/** The oldest bucket that is still kept. */
export function oldestKept(ms: number): number {
  return bucketAt(ms - keptMs)
}

/**
 * The buckets to take now, where `taken` was the last one before; `last` is what is taken then. Time
 * that goes back a little is waited for, since its buckets were seen already; where it went further
 * than buckets are kept, counting begins anew.
 */
export function dueBuckets(
  ms: number,
  taken: number | null,
): { readonly first: number; readonly last: number } {
  /** The newest bucket that no report is added to any more. */
  const closed = bucketAt(ms - graceMs) - 1
  if (taken === null || taken - closed > keptMs / bucketMs) {
    return { first: closed + 1, last: closed }
  }
  return { first: Math.max(taken + 1, oldestKept(ms)), last: Math.max(taken, closed) }
}
