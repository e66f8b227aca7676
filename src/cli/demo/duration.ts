/** `20s` or `1.5m` in milliseconds; null for anything else, also for nothing at all. */
export function durationMs(text: string): number | null {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([sm])$/.exec(text) ?? []
  const milliseconds = Number(number) * (unit === 'm' ? 60_000 : 1000)
  return milliseconds > 0 ? milliseconds : null
}
