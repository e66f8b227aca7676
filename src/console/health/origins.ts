import type { ShownStatus } from '../../admin/answers/status-answers.ts'
import type { OriginStatus } from '../../upstream/origin-status.ts'

type Worker = ShownStatus['workers'][number]

/** One origin of a route, as all workers together see it. */
export interface SeenOrigin {
  readonly route: string
  readonly variant: 'v1' | 'v2'
  readonly origin: string
  /** One word where workers agree, else how many say what. */
  readonly health: string
  readonly breaker: string
  readonly inFlight: number
  readonly lastCheck: string | null
  /** Whether some worker sends nothing there, or had better not. */
  readonly isBad: boolean
}

/** Bad ones first, else in the order of routes. */
export function seenOrigins(workers: readonly Worker[]): readonly SeenOrigin[] {
  const each = workers.flatMap(({ routes }) =>
    routes.flatMap(({ route, v1, v2 }) => [
      ...v1.map(status => ({ route, variant: 'v1' as const, status })),
      ...v2.map(status => ({ route, variant: 'v2' as const, status })),
    ]),
  )
  const byName = Map.groupBy(each, ({ route, variant, status }) =>
    [route, variant, status.origin].join('\n'),
  )
  return [...byName.values()]
    .flatMap(([first, ...others]) => {
      if (first === undefined) return []
      const { route, variant } = first
      return [
        seenBy(
          route,
          variant,
          [first, ...others].map(({ status }) => status),
        ),
      ]
    })
    .toSorted((a, b) => Number(b.isBad) - Number(a.isBad))
}

function seenBy(
  route: string,
  variant: SeenOrigin['variant'],
  by: readonly OriginStatus[],
): SeenOrigin {
  return {
    ...{ route, variant },
    origin: by[0]?.origin ?? '',
    health: told(by.map(healthInWords)),
    breaker: told(by.map(({ breaker }) => breaker ?? 'none')),
    inFlight: by.reduce((sum, { inFlight }) => sum + inFlight, 0),
    lastCheck: by.find(({ lastCheck }) => lastCheck !== null)?.lastCheck ?? null,
    isBad: by.some(isBad),
  }
}

function isBad({ health, ejected, breaker }: OriginStatus): boolean {
  return health === 'unhealthy' || ejected || (breaker !== null && breaker !== 'closed')
}

function healthInWords({ health, ejected }: OriginStatus): string {
  return ejected ? `${health}, resting` : health
}

/** `healthy`, or `healthy in 1 of 2, unhealthy in 1 of 2`. */
function told(words: readonly string[]): string {
  const different = [...new Set(words)]
  if (different.length === 1) return different[0] ?? ''
  return different
    .map(word => `${word} in ${words.filter(each => each === word).length} of ${words.length}`)
    .join(', ')
}
