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
import { nextTurn } from './next-turn.ts'

/** Users that are read in one look; with more, it takes several to see all. */
const usersInALook = 6000

/** Calls that tell the store in one look; what is more waits for the next. */
const callsInALook = 40

/** Users after which the event loop has its turn: a store in a file works on it. */
const usersInATurn = 500

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
  let counted = countUsers([])
  let working: Promise<void> = Promise.resolve()
  /** Why it cannot go on just now. */
  let held: string | null = 'it was not looked at yet'

  /** Two that change what is shared would undo each other. */
  function alone<T>(work: () => Promise<T>): Promise<T> {
    const next = working.then(work)
    working = next.then(ignore, ignore)
    return next
  }

  function report(): ExperimentReport {
    const leftOut = waiting.leftOut()
    return experimentReport({
      ...{ rule, flag, policy, run, held, leftOut, counted },
      now: clock.now(),
    })
  }

  function enter(next: ExperimentRun): void {
    if (run?.run !== next.run) {
      parts = Array(userParts).fill(null)
      counted = countUsers([])
    }
    run = next
  }

  async function recall(): Promise<ExperimentRun | null> {
    const text = await store.recall(key)
    return text === null ? null : (JSON.parse(text) as ExperimentRun)
  }

  async function begin(before: ExperimentRun | null, who: string, why: string): Promise<void> {
    const startedAt = clock.now()
    const next = { run: `${rule.name}/${basis}/${startedAt}`, basis, startedAt, who, why, told: [] }
    await store.remember(key, JSON.stringify(next))
    // Who was seen before the first run was known belongs to it.
    if (run !== null) waiting.clear()
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
    for (let calls = 0; calls < callsInALook && waiting.count() > 0; calls++) {
      const { deeds, back } = waiting.take(counted.known)
      const told = takesIn ? deeds : deeds.map(deed => ({ ...deed, admits: false }))
      try {
        const fates = await store.addDeeds(name, rule.windowMs, told)
        for (const fate of fates) onFate(fate, 1)
      } catch (error) {
        back()
        throw error
      }
      await nextTurn()
    }
  }

  async function readParts(): Promise<void> {
    if (run === null) return
    const { run: name, startedAt } = run
    let users = 0
    for (let read = 0; read < userParts && users < usersInALook; read++) {
      const rows = await store.usersOf(name, nextPart)
      parts[nextPart] = sumUsers(rows, { rule, startedAt, now: clock.now() })
      nextPart = (nextPart + 1) % userParts
      users += rows.length
      if (rows.length >= usersInATurn) await nextTurn()
    }
    counted = countUsers(parts.filter(part => part !== null))
  }

  /** Once for each verdict of a run, by whichever machine tells. */
  async function tell(): Promise<void> {
    const { verdict, interval, text } = report()
    if (run === null || verdict === 'not-yet' || run.told.includes(verdict) || !deps.tells()) return
    // Begun anew on another machine it has another verdict.
    if ((await recall())?.run !== run.run) return
    const next = { ...run, told: [...run.told, verdict] }
    await store.remember(key, JSON.stringify(next))
    enter(next)
    const evidence = { experiment: rule.name, verdict, ...interval }
    audit({ event: 'experiment-verdict', who: deps.machine, subject: flag, why: text, evidence })
  }

  function deedOf({ user, value }: PushedValue): UserDeed {
    const sum = valueOfPushed(rule, value)
    const hash = hashOf(user)
    const values = sum === null ? 0 : 1
    const what = { variant: null, at: clock.now(), values, sum: sum ?? 0, stratum: '' }
    return { ...what, user: hash, ...placeOf(hash, 0) }
  }

  return {
    name: rule.name,
    basis,
    saw: (seen: ExperimentSeen): void => waiting.saw(seen, clock.now()),
    report,
    /** Rejects where the store does not answer; what was seen waits then. */
    look: (isFirst: boolean): Promise<void> =>
      alone(async () => {
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
      }),
    /** Values of users from outside. Rejects where the store does not answer. */
    push: (values: readonly PushedValue[]): Promise<readonly DeedFate[]> =>
      alone(async () => {
        await tellStore()
        if (run === null) return values.map(() => 'unknown')
        const fates = await store.addDeeds(run.run, rule.windowMs, values.map(deedOf))
        for (const fate of fates) onFate(fate, 1)
        return fates
      }),
    /** Begins anew. Rejects where the store does not answer. */
    restart: (who: string, why: string | null): Promise<ExperimentReport> =>
      alone(async () => {
        await begin(run ?? (await recall()), who, why ?? 'begun anew')
        held = 'its users are being read'
        return report()
      }),
    /** Writes down all that waits. Rejects where the store does not answer. */
    close: (): Promise<void> =>
      alone(async () => {
        while (run !== null && waiting.count() > 0) await tellStore()
      }),
  }
}

export type ExperimentDesk = ReturnType<typeof createExperimentDesk>

const ignore = (): void => {}
