/** Width of a bucket of counts, milliseconds of the store's clock. */
export const bucketMs = 250

/** A bucket is closed this long after its end, since reports made within it may still be under way. */
export const graceMs = 250

/** After this long a bucket is gone. */
export const keptMs = 10_000

export function bucketAt(ms: number): number {
  return Math.floor(ms / bucketMs)
}

/** The newest bucket that no report is added to any more. */
export function lastClosed(ms: number): number {
  return bucketAt(ms - graceMs) - 1
}

/** The oldest bucket that is still kept. */
export function oldestKept(ms: number): number {
  return bucketAt(ms - keptMs)
}
