import { createRandom } from './random.ts'

export type SampleVersion = 'v1' | 'v2'

export interface Offer {
  readonly id: string
  readonly title: string
  readonly company: string
  readonly city: string
  /** How well it fits, 0 to 1. */
  readonly score: number
}

export interface Match {
  readonly user: string
  readonly version: SampleVersion
  readonly offers: readonly Offer[]
}

const titles = ['Data engineer', 'Nurse', 'Welder', 'Product designer', 'Teacher', 'SRE', 'Baker']
const companies = ['Aldermoor', 'Brightwell', 'Corvane', 'Dunmere', 'Eastholt', 'Fenwick & Lowe']
const cities = ['Lyon', 'Porto', 'Leeds', 'Turin', 'Ghent', 'Graz']

/**
 * The job offers for a user, always the same. Both versions find the same offers; V2 ranks them by
 * a finer score, which is what a migration such as this one would be about.
 */
export function match(version: SampleVersion, user: string, skills: readonly string[]): Match {
  const random = createRandom(seedOf([user, ...skills].join('\n')))
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] as string
  const offers = Array.from({ length: 3 }, () => ({
    id: `offer-${Math.floor(random() * 9000) + 1000}`,
    title: pick(titles),
    company: pick(companies),
    city: pick(cities),
    score: round(0.5 + random() / 2, version === 'v1' ? 1 : 3),
  }))
  return { user, version, offers: offers.sort((a, b) => b.score - a.score) }
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}

function seedOf(text: string): number {
  let seed = 2_463_534_242
  for (const character of text) seed = Math.imul(seed ^ (character.codePointAt(0) ?? 0), 16_777_619)
  return seed || 1
}

/** What the two sample services answer where nothing is wrong with either. */
export const matches = {
  v1: (user: string, skills: readonly string[]) => match('v1', user, skills),
  v2: (user: string, skills: readonly string[]) => match('v2', user, skills),
}
