/** `500ms`, `10s`, `5m`, `1h`, `2d` in milliseconds. */
export const durationPattern = '^(0|[1-9][0-9]*)(ms|s|m|h|d)$'
export const durationTitle = 'a time such as 500ms, 10s, 5m or 24h, 24d at most'

/** What a pattern cannot say of it, see `isWaitable`. */
export const durationFormat = 'waitable'

/** A timer of Node holds 2³¹ - 1 ms, a little less than 25 days, and is due at once where it is given more. */
const longestMs = 24 * 86_400_000

/** `1%`, `0.5%`, `100%` as a share. */
export const sharePattern = '^(100|[0-9]{1,2}(\\.[0-9]+)?)%$'
export const shareTitle = 'a percentage such as 1% or 0.5%'

/** `100/s`, `1000/m`, `5000/h`, `100000/d`: so many in each second, minute, hour or day. */
export const ratePattern = '^[1-9][0-9]{0,6}/[smhd]$'
export const rateTitle = 'a rate such as 100/s, 1000/m, 5000/h or 100000/d, of at most 9999999'

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** Milliseconds of a text that matches `durationPattern`. */
export function durationMs(text: string): number {
  const [, amount, unit] = /^(\d+)([a-z]+)$/.exec(text) ?? []
  return Number(amount) * (unitMs[unit ?? ''] ?? Number.NaN)
}

/** A text that matches `ratePattern`. */
export function rateOf(text: string): { limit: number; periodMs: number } {
  const [limit, unit] = text.split('/')
  return { limit: Number(limit), periodMs: durationMs(`1${unit}`) }
}

/** Whether a text is no longer than a timer can wait; what is no duration at all fails by its pattern. */
export function isWaitable(text: string): boolean {
  return !(durationMs(text) > longestMs)
}

/** 0 to 1, of a text that matches `sharePattern`. */
export function shareOf(text: string): number {
  return Number(text.slice(0, -1)) / 100
}
