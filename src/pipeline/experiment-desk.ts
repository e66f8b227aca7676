import type { Clock } from '../clock.ts'
import type { ExperimentRule } from '../config/experiment-rule.ts'
import { type BatchSums, countUsers, isTakingIn, sumUsers } from '../experiment/batches.ts'
import { valueOfPushed } from '../experiment/deed-value.ts'
import type { PushedValue } from '../experiment/experiments-view.ts'
import {
  type ExperimentReport,
  type ExperimentRun,
  experimentReport,
} from '../experiment/report.ts'
import { type DeedFate, type UserDeed, userParts } from '../experiment/user.ts'
import type { ExperimentSeen } from '../experiment/user-tally.ts'
import type { WriteAudit } from '../fleet/stores/audit-note.ts'
import type { Store } from '../fleet/stores/store.ts'
import { createUserHash, createWaitingUsers, placeOf } from './experiment-users.ts'

/** Users that are read in one look: a few milliseconds. With more, it takes several looks to see all. */
const usersInALook = 6000

/** An experiment of a configuration in force. */
export interface WatchedExperiment {
  readonly rule: ExperimentRule
  readonly flag: string
  readonly policy: string
  /** What makes it another experiment when it changes: its rules, and what V1 and V2 are. */
  readonly basis: string
  readonly secret: string
}

export interface ExperimentDeskDeps {
  readonly clock: Clock
  readonly machine: string
  /** The one that all machines share, where there is one. */
  readonly store: Pick<Store, 'remember' | 'recall' | 'addDeeds' | 'usersOf' | 'dropUsers'>
  readonly audit: WriteAudit
  /** False where another machine tells what is found. */
  readonly tells: () => boolean
  readonly onFate: (experiment: string, fate: DeedFate | 'left-out', count: number) => void
}

/** Holds one experiment: brings what users did to the store, and says what the users there come to. */
export function createExperimentDesk(watched: WatchedExperiment, deps: ExperimentDeskDeps) {
  const { rule, flag, policy, basis } = watched
  const { clock, store, audit } = deps
  const key = `experiment/${rule.name}`
  const hashOf = createUserHash(watched.secret, rule)
  const onFate = (fate: DeedFate | 'left-out', count: number) => deps.onFate(rule.name, fate, count)
  const waiting = createWaitingUsers({ hashOf, onFate })
  let run: ExperimentRun | null = null
  let parts: (BatchSums | null)[] = Array(userParts).fill(null)
  let nextPart = 0
  /** Why it cannot go on just now. */
  let held: string | null = 'it was not looked at yet'

  const counted = () => countUsers(parts.filter(part => part !== null))

  function report(): ExperimentReport {
    const leftOut = waiting.leftOut()
    return experimentReport({
      ...{ rule, flag, policy, run, held, leftOut },
      counted: counted(),
      now: clock.now(),
    })
  }

  function enter(next: ExperimentRun): void {
    if (run?.run !== next.run) parts = Array(userParts).fill(null)
    run = next
  }

  async function recall(): Promise<ExperimentRun | null> {
    const text = await store.recall(key)
    return text === null ? null : (JSON.parse(text) as ExperimentRun)
  }

  async function begin(before: ExperimentRun | null, who: string, why: string): Promise<void> {
    const startedAt = clock.now()
    const next = { run: `${rule.name}/${startedAt}`, basis, startedAt, who, why, told: [] }
    await store.remember(key, JSON.stringify(next))
    waiting.clear()
    enter(next)
    audit({
      event: 'experiment-begun',
      who,
      subject: flag,
      why: `${rule.name}: ${why}`,
      evidence: null,
    })
    if (before !== null) await store.dropUsers(before.run, userParts)
  }

  /** Follows the run that the machines share; `isFirst`: of this configuration, which begins one of its own. */
  async function follow(isFirst: boolean): Promise<boolean> {
    const found = await recall()
    if (found?.basis === basis) enter(found)
    else if (found === null) await begin(null, deps.machine, 'it is new')
    else if (isFirst) await begin(found, deps.machine, 'its rules, V1 or V2 are others than before')
    else return false
    return true
  }

  async function tellStore(): Promise<void> {
    if (run === null) return
    const { run: name, startedAt } = run
    const takesIn = isTakingIn({ rule, startedAt, now: clock.now() })
    for (const { deeds, back } of waiting.next(counted().known)) {
      const told = takesIn ? deeds : deeds.map(deed => ({ ...deed, admits: false }))
      try {
        const fates = await store.addDeeds(name, rule.windowMs, told)
        for (const fate of fates) onFate(fate, 1)
      } catch (error) {
        back()
        throw error
      }
    }
  }

  async function readParts(): Promise<void> {
    if (run === null) return
    const { run: name, startedAt } = run
    let users = 0
    for (let read = 0; read < userParts && users < usersInALook; read++) {
      const rows = await store.usersOf(name, nextPart)
      // A run that was begun anew meanwhile has none of these.
      if (run.run !== name) return
      parts[nextPart] = sumUsers(rows, { rule, startedAt, now: clock.now() })
      nextPart = (nextPart + 1) % userParts
      users += rows.length
    }
  }

  /** Once for each verdict of a run, by whichever machine tells. */
  async function tell(): Promise<void> {
    const { verdict, interval, text } = report()
    if (run === null || verdict === 'not-yet' || run.told.includes(verdict) || !deps.tells()) return
    const next = { ...run, told: [...run.told, verdict] }
    await store.remember(key, JSON.stringify(next))
    enter(next)
    const evidence = { experiment: rule.name, verdict, ...interval }
    audit({ event: 'experiment-verdict', who: deps.machine, subject: flag, why: text, evidence })
  }

  return {
    name: rule.name,
    basis,
    saw: (seen: ExperimentSeen): void => waiting.saw(seen, clock.now()),
    report,
    /** Rejects where the store does not answer; what was seen waits then. */
    async look(isFirst: boolean): Promise<void> {
      try {
        if (await follow(isFirst)) {
          await tellStore()
          await readParts()
          held = parts.includes(null) ? 'its users are being read' : null
          await tell()
        } else {
          waiting.clear()
          held = 'another machine runs it under other rules'
        }
      } catch (error) {
        held = 'the store with its users does not answer'
        throw error
      }
    },
    /** Values of users from outside. Rejects where the store does not answer: nothing of it was taken then. */
    async push(values: readonly PushedValue[]): Promise<readonly DeedFate[]> {
      await tellStore()
      if (run === null) return values.map(() => 'unknown')
      const at = clock.now()
      const deeds = values.flatMap(({ user, value }): UserDeed[] => {
        const number = valueOfPushed(rule, value)
        if (number === null) return []
        const hash = hashOf(user)
        const one = { variant: null, at, values: 1, sum: number, stratum: '' }
        return [{ ...one, user: hash, ...placeOf(hash, 0) }]
      })
      const fates = await store.addDeeds(run.run, rule.windowMs, deeds)
      for (const fate of fates) onFate(fate, 1)
      return fates
    },
    /** Begins anew. Rejects where the store does not answer. */
    async restart(who: string, why: string | null): Promise<ExperimentReport> {
      await begin(run ?? (await recall()), who, why ?? 'begun anew')
      held = 'its users are being read'
      return report()
    },
    /** Writes down all that waits. Rejects where the store does not answer. */
    async close(): Promise<void> {
      while (run !== null && waiting.count() > 0) await tellStore()
    },
  }
}

export type ExperimentDesk = ReturnType<typeof createExperimentDesk>
