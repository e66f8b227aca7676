import type { PlaneStatus } from '../fleet/planes.ts'
import type { OriginStatus } from '../upstream/origin-status.ts'

/** One row for each origin of each route, as all workers together see it. */
export function originRows(workers: readonly PlaneStatus[]): string[][] {
  const seen = new Map<string, { readonly names: string[]; readonly by: OriginStatus[] }>()
  for (const { routes } of workers) {
    for (const { route, v1, v2 } of routes) {
      for (const [variant, origins] of [
        ['V1', v1],
        ['V2', v2],
      ] as const) {
        for (const origin of origins) {
          const names = [route, variant, origin.origin]
          const key = names.join('\n')
          const known = seen.get(key) ?? { names, by: [] }
          known.by.push(origin)
          seen.set(key, known)
        }
      }
    }
  }
  return [...seen.values()].map(({ names, by }) => [
    ...names,
    told(by.map(({ health, ejected }) => (ejected ? `${health}, resting` : health))),
    told(by.map(({ breaker }) => breaker ?? '-')),
    String(by.reduce((sum, { inFlight }) => sum + inFlight, 0)),
    by.find(({ lastCheck }) => lastCheck !== null)?.lastCheck ?? '-',
  ])
}

/** One word where workers agree, else how many say what. */
function told(words: readonly string[]): string {
  const different = [...new Set(words)]
  if (different.length === 1) return different[0] ?? ''
  return different
    .map(word => `${word} in ${words.filter(each => each === word).length} of ${words.length}`)
    .join(', ')
}
