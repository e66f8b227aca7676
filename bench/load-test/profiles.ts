/** How much load, in requests a minute; null for as much as the connections bear. */
export const profiles = {
  normal: 1000,
  peak: 5000,
  stress: 10_000,
  max: null,
} as const satisfies Record<string, number | null>

export type Profile = keyof typeof profiles

export const profileNames = Object.keys(profiles) as readonly Profile[]

export function profileInWords(profile: Profile): string {
  const perMinute = profiles[profile]
  return perMinute === null
    ? 'max: as many requests as the connections bear'
    : `${profile}: ${perMinute.toLocaleString('en-GB')} requests a minute`
}
