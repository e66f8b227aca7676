import type { ExperimentSeen, UserReport } from '../../experiment/user-tally.ts'

/** Sums of users that wait for a primary that does not read. */
export const mostHeldUsers = 20_000

/** Keeps what users did while the primary does not read; of those for whom there is no room, how many. */
export function createHeldUsers() {
  let held: ExperimentSeen[] = []
  let users = 0
  const lost = new Map<string, number>()

  return {
    add(report: UserReport): void {
      for (const each of report) {
        if (users + each.users.length <= mostHeldUsers) {
          users += each.users.length
          held.push(each)
        } else {
          const { experiment, leftOut } = each
          lost.set(experiment, (lost.get(experiment) ?? 0) + leftOut + each.users.length)
        }
      }
    },
    /** All that is kept, none of it twice. */
    take(): UserReport {
      const gone = [...lost].map(([experiment, leftOut]) => ({ experiment, users: [], leftOut }))
      const taken = [...held, ...gone]
      held = []
      users = 0
      lost.clear()
      return taken
    },
  }
}
