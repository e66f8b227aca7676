import { createHmac } from 'node:crypto'
import type { Variant } from '../cohort/assignment.ts'
import type { ExperimentRule } from '../config/experiment-rule.ts'
import { sampledShare } from '../experiment/sample.ts'
import { type DeedFate, type UserDeed, userParts } from '../experiment/user.ts'
import type { ExperimentSeen, UserSeen } from '../experiment/user-tally.ts'

/** Users with something to be written down. While the store is down they wait, and are added up. */
const mostWaiting = 50_000

/** Deeds in one call of a store: a millisecond or two of it. */
const deedsAtOnce = 50

/** Hex digits of the hash that stand for a user: 64 bits, of which two in 200,000 are the same once in a billion. */
const digits = 16

/**
 * Knows the users of one experiment by a hash whose key is `cookieSecret`: with the store alone nobody can
 * say who they are, and those of two experiments cannot be put together.
 */
export function createUserHash(secret: string, { name }: Pick<ExperimentRule, 'name'>) {
  const key = createHmac('sha256', secret).update('users of experiments').digest()
  return (user: string): string =>
    createHmac('sha256', key).update(`${name}\n${user}`).digest('hex').slice(0, digits)
}

/** Where a user lies and whether it is in the sample, by parts of its hash that have nothing to do with each other. */
export function placeOf(hash: string, share: number): Pick<UserDeed, 'part' | 'admits'> {
  const part = Number.parseInt(hash.slice(0, 4), 16) % userParts
  return { part, admits: Number.parseInt(hash.slice(4, 12), 16) / 2 ** 32 < share }
}

type Waiting = UserSeen & { readonly at: number }

export interface WaitingUsersDeps {
  readonly hashOf: (user: string) => string
  /** Hears what became of sightings. */
  readonly onFate: (fate: DeedFate | 'left-out', count: number) => void
}

/** What users did and no store has yet, added up by user. */
export function createWaitingUsers({ hashOf, onFate }: WaitingUsersDeps) {
  const waiting = new Map<string, Waiting>()
  let leftOut = 0

  function leave(count: number): void {
    if (count === 0) return
    leftOut += count
    onFate('left-out', count)
  }

  /** Of what was seen twice the earlier moment counts: that of the first exposure. */
  function put(each: Waiting): void {
    const key = each.variant + each.user
    const before = waiting.get(key)
    if (before === undefined && waiting.size >= mostWaiting) {
      leave(1)
      return
    }
    const { values = 0, sum = 0, at = each.at } = before ?? {}
    waiting.set(key, {
      ...each,
      values: values + each.values,
      sum: sum + each.sum,
      at: Math.min(at, each.at),
    })
  }

  return {
    count: (): number => waiting.size,
    /** How many sightings were lost for lack of room. */
    leftOut: (): number => leftOut,
    saw({ users, leftOut: lost }: ExperimentSeen, at: number): void {
      leave(lost)
      for (const user of users) put({ ...user, at })
    },
    /** Takes those out that are told to a store next; `back` puts them in again where it did not take them. */
    take(known: Readonly<Record<Variant, number>>) {
      const taken = [...waiting.values().take(deedsAtOnce)]
      for (const { variant, user } of taken) waiting.delete(variant + user)
      const share = sampledShare(known)
      const deeds = taken.map((seen): UserDeed => {
        const user = hashOf(seen.user)
        return { ...seen, user, ...placeOf(user, share) }
      })
      return { deeds, back: (): void => taken.forEach(put) }
    },
    /** They belong to a run that is over. */
    clear: (): void => waiting.clear(),
  }
}
