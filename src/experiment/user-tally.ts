import type { Variant } from '../cohort/assignment.ts'

/** What one user did on one variant since the last report. Behind the control plane there is a hash in its place. */
export interface UserSeen {
  readonly user: string
  readonly variant: Variant
  readonly stratum: string
  readonly values: number
  readonly sum: number
}

/** Sums of a worker since its last report, by experiment. Plain data. */
export type UserReport = readonly ExperimentSeen[]

export interface ExperimentSeen {
  readonly experiment: string
  readonly users: readonly UserSeen[]
  /** Sightings of users for whom there was no room. */
  readonly leftOut: number
}

/** Users in one report of one experiment; others are seen with the next, unless they come but once. */
export const mostUsers = 5000

/** Characters of a user's key and of a property that are looked at; more would be somebody's attack. */
const longest = 512

/** Adds up in the worker what each user did: one look into a map for a request. */
export function createUserTally(experiment: string) {
  let users = new Map<string, { -readonly [Field in keyof UserSeen]: UserSeen[Field] }>()
  let leftOut = 0

  return {
    /** `value` null: it was seen and nothing else. */
    saw(user: string, variant: Variant, stratum: string, value: number | null): void {
      const key = variant + user
      let seen = users.get(key)
      if (seen === undefined) {
        if (users.size >= mostUsers || user.length > longest || stratum.length > longest) {
          leftOut++
          return
        }
        seen = { user, variant, stratum, values: 0, sum: 0 }
        users.set(key, seen)
      }
      if (value === null) return
      seen.values++
      seen.sum += value
    },
    /** None where nobody was seen. */
    take(): UserReport {
      if (users.size === 0 && leftOut === 0) return []
      const report = [{ experiment, users: [...users.values()], leftOut }]
      users = new Map()
      leftOut = 0
      return report
    },
  }
}

export type UserTally = ReturnType<typeof createUserTally>
