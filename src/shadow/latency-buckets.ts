/**
 * Differences of time in buckets, so that counts of them can be added up over workers and machines:
 * one for what is nearly nothing, and steps of 4 % on either side up to ten minutes.
 */
const growth = Math.log(1.04)
const smallestMs = 0.1
const longestMs = 600_000
const lastStep = Math.ceil(Math.log(longestMs / smallestMs) / growth)

/** `0`, `12` or `-12`: the bucket of a number of milliseconds, which may be negative. */
export function latencyBucket(ms: number): string {
  const size = Math.abs(ms)
  if (size <= smallestMs) return '0'
  const step = Math.min(lastStep, Math.ceil(Math.log(size / smallestMs) / growth - 1e-9))
  return String(ms < 0 ? -step : step)
}

/** Milliseconds in the middle of a bucket; null for a name that is none of ours. */
export function middleOfBucket(bucket: string): number | null {
  const step = Number(bucket)
  if (!/^(0|-?[1-9]\d*)$/.test(bucket) || Math.abs(step) > lastStep) return null
  return step === 0 ? 0 : Math.sign(step) * smallestMs * Math.exp((Math.abs(step) - 0.5) * growth)
}
