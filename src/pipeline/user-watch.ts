import type { Clock } from '../clock.ts'
import type { Assignment } from '../cohort/assignment.ts'
import { findStickyKey } from '../cohort/sticky-key.ts'
import type { ExperimentRule } from '../config/experiment-rule.ts'
import type { LinkedRoute } from '../config/snapshot.ts'
import { type SeenAnswer, valueOfAnswer } from '../experiment/deed-value.ts'
import { createUserTally, type UserTally } from '../experiment/user-tally.ts'
import { type ControlPlane, countsPeriodMs } from '../fleet/planes.ts'
import type { Caller } from '../identity/caller.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import { createReusedParts } from '../upstream/reused-parts.ts'

/** What the experiments of one route see of its requests. */
export type SeeUser = (
  request: Pick<GatewayRequest, 'headers'>,
  caller: Caller,
  assignment: Pick<Assignment, 'variant' | 'reason'>,
  answer: SeenAnswer,
) => void

export interface UserWatchDeps {
  readonly clock: Clock
  readonly control: Pick<ControlPlane, 'usersSeen'>
}

/** Sees in a worker what users did, for the experiments of all routes, and tells the control plane. */
export function createUserWatch({ clock, control }: UserWatchDeps) {
  const tallies = createReusedParts<UserTally>()
  let inForce: readonly UserTally[] = []

  function report(): void {
    const seen = inForce.flatMap(tally => tally.take())
    if (seen.length > 0) control.usersSeen(seen)
  }
  const stopReports = clock.every(countsPeriodMs, report)

  return {
    /** For the routes of a new snapshot; those in force stay so until `commit`. */
    prepare() {
      const next = tallies.prepare()
      const used = new Set<UserTally>()
      return {
        /** Null for a route without experiments, so that it costs nothing. */
        experimentsOf(route: LinkedRoute): SeeUser | null {
          const { rules, flag, v2 } = route
          if (flag === undefined || v2 === undefined || rules.experiments.length === 0) return null
          const watched = rules.experiments.map(rule => {
            const tally = next.take(rule.name, () => createUserTally(rule.name))
            used.add(tally)
            return { rule, tally }
          })
          return seeUser(route, watched)
        },
        commit(): void {
          // What was seen under the rules before belongs to them.
          report()
          next.commit()
          inForce = [...used]
        },
      }
    },
    /** Tells the last of what was seen. */
    close(): void {
      stopReports()
      report()
    },
  }
}

export type UserWatch = ReturnType<typeof createUserWatch>

interface Watched {
  readonly rule: ExperimentRule
  readonly tally: UserTally
}

/** Testers and who forces a variant are no users, nor is anybody while the flag leaves nothing to chance. */
function seeUser(route: LinkedRoute, watched: readonly Watched[]): SeeUser {
  const testers = new Set([...route.rules.testers, ...(route.force?.users ?? [])])

  const isOfBytes = route.user !== undefined && !('claim' in route.user)

  return (request, caller, { variant, reason }, answer) => {
    if (reason !== 'in-share' && reason !== 'out-of-share' && reason !== 'seen-v2') return
    if (caller.userId !== null && testers.has(caller.userId)) return
    const { kind, value, fresh } = findStickyKey(route.stickyKey, caller, request.headers, noId)
    // Its cookie is new: whether it keeps it, the next request says.
    if (fresh) return
    const user = kind === 'user' && isOfBytes ? spelled(value) : value
    for (const { rule, tally } of watched) {
      const stratum = rule.within === null ? '' : (caller.properties[rule.within] ?? '')
      tally.saw(user, variant, stratum, valueOfAnswer(rule, answer))
    }
  }
}

const noId = (): string => ''

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * A user as others spell it who push values for it, and as a claim has it: Node reads each byte of a header
 * as one character (RFC 9110 section 5.5). What is no UTF-8 stays as it is, or two users were one.
 */
function spelled(value: string): string {
  if (!/[\x80-\xff]/.test(value)) return value
  try {
    return utf8.decode(Buffer.from(value, 'latin1'))
  } catch {
    return value
  }
}
