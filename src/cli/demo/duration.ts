const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 }

/** `100ms`, `20s` or `1.5m` in milliseconds; null for anything else, also for nothing at all. */
export function durationMs(text: string): number | null {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text) ?? []
  const milliseconds = Number(number) * (units[unit] ?? 0)
  return milliseconds > 0 ? milliseconds : null
}
