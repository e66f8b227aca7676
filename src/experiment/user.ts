import type { Variant } from '../cohort/assignment.ts'

/** Into so many parts users fall by chance; they are read and added up a part at a time. */
export const userParts = 64

/** What is known of one user of an experiment. Who it is, only a hash says. */
export interface UserRow {
  /** Of its first exposure. */
  readonly variant: Variant
  /** Wall-clock milliseconds of that. */
  readonly firstAt: number
  /** How many numbers there were within the window, and their sum. */
  readonly values: number
  readonly sum: number
  /** It was seen on the other variant within the window. */
  readonly crossed: boolean
  /** Value of the property by which users are held apart; empty where they are not. */
  readonly stratum: string
}

/** What one user did since it was last told of. */
export interface UserDeed {
  /** Keyed hash in hex. */
  readonly user: string
  /** 0 to `userParts` − 1, by the hash. */
  readonly part: number
  /** That it was seen on; null where it was not seen, as for pushed numbers. */
  readonly variant: Variant | null
  /** Wall-clock milliseconds. */
  readonly at: number
  readonly values: number
  readonly sum: number
  readonly stratum: string
  /** Whether it may be taken in where it is new. */
  readonly admits: boolean
}

/** What became of it. The same word stands in the metric, the API and the docs. */
export const deedFates = [
  'first', // it is a new user
  'added', // to what is known of the user
  'crossed', // the user was seen on the other variant, and is left out from now on
  'late', // the user's value is final
  'unknown', // nobody has seen the user
  'not-sampled', // a new user of whom there are enough
] as const
export type DeedFate = (typeof deedFates)[number]
