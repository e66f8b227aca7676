/** Named groups of callers, as the example flag knows them, and those who are in none. */
export const segments = ['none', 'beta_users', 'api_partners', 'enterprise'] as const

export type Segment = (typeof segments)[number]

/** What a segment is called on the screen. */
export function segmentLabel(segment: Segment): string {
  return segment === 'none' ? 'everyone else' : segment
}

export interface DemoCaller {
  readonly user: string
  readonly segment: Segment
}

/** Of ten callers six are in no segment, two are API partners, one is a beta user, one enterprise. */
const mix: readonly Segment[] = [
  'none',
  'none',
  'api_partners',
  'none',
  'beta_users',
  'none',
  'none',
  'api_partners',
  'none',
  'enterprise',
]

/** Users 1 to `count`, each in one segment for good. */
export function createCallers(count: number): DemoCaller[] {
  return Array.from({ length: count }, (_, index) => ({
    user: String(index + 1),
    segment: mix[index % mix.length] as Segment,
  }))
}
