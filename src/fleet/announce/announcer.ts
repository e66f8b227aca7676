import type { LatchState } from '../../guard/latch-state.ts'
import type { AnnouncementStatus } from '../gateway-status.ts'
import type { Fleet } from '../stores/fleet.ts'
import {
  type Announcement,
  type AnnouncementDeps,
  announcementName,
  createAnnouncement,
} from './announcement.ts'
import type { Audience } from './announcement-steps.ts'
import { pauseUnless } from './attempts.ts'

/** Milliseconds after which another machine takes over from one that died. */
const leaseMs = 15_000

/** Milliseconds between two looks at a lease, one's own or another's. */
const lookMs = 5000

/** Changes that are told at once; with more, the oldest is let go. */
const mostUnderWay = 64

export interface AnnouncerDeps extends Omit<AnnouncementDeps, 'inTurn'> {
  /** Names this process among all that share the leases: a machine may run several. */
  readonly holder: string
  /** Asked anew for each change. */
  readonly audience: () => Audience
  readonly lease: Pick<Fleet, 'acquireLease' | 'releaseLease'>
  readonly log: { error(details: object, message: string): void }
}

/**
 * Tells the world outside of a switch back and of a resume: Unleash, webhooks, and whether V1 answers.
 * One machine of a fleet does it; if it dies another goes on where it was. Nothing here is ever
 * waited for by what keeps traffic on V1.
 */
export function createAnnouncer(deps: AnnouncerDeps) {
  const { clock, holder, lease } = deps
  const closing = new AbortController()
  const latest = new Map<string, Announcement>()
  const underWay = new Map<Announcement, { stop: AbortController; ended: Promise<void> }>()
  const turns = new Map<string, Promise<unknown>>()

  function inTurn<T>(flag: string, work: () => Promise<T>): Promise<T> {
    const turn = (turns.get(flag) ?? Promise.resolve()).then(work, work)
    turns.set(flag, turn)
    return turn
  }

  /** Does the job, or waits while another machine does; ends when it is over or told to stop. */
  async function see(job: Announcement, stop: AbortSignal): Promise<void> {
    const name = announcementName(job.latch)
    while (!stop.aborted) {
      const isOver = await job.isOver()
      if (isOver) await job.showOthers(isOver)
      if (isOver || (await lead(job, name, stop))) return
      await pauseUnless(clock, lookMs, stop)
    }
  }

  /** Does the job while this machine holds its lease; whether it is over. */
  async function lead(job: Announcement, name: string, stop: AbortSignal): Promise<boolean> {
    if (!(await holds(name))) {
      await job.showOthers(false)
      return false
    }
    const ended = new AbortController()
    const stopRenewing = clock.every(lookMs, () => {
      holds(name).then(held => held || ended.abort())
    })
    try {
      return await job.run(AbortSignal.any([stop, ended.signal]))
    } finally {
      stopRenewing()
      // Where one step threw the others leave off too: whoever gets the lease does them.
      ended.abort()
      await lease.releaseLease(name, holder)
    }
  }

  /** Without any store to ask, every machine is for itself. */
  function holds(name: string): Promise<boolean> {
    return lease.acquireLease(name, holder, leaseMs).then(
      ({ found }) => found,
      () => true,
    )
  }

  function begin(job: Announcement): void {
    const [oldest] = underWay.values()
    if (underWay.size >= mostUnderWay) oldest?.stop.abort()
    const stop = new AbortController()
    const ended = see(job, AbortSignal.any([stop.signal, closing.signal]))
      .catch(error => deps.log.error({ err: error, ...job.latch }, 'a change was not announced'))
      .finally(() => underWay.delete(job))
    underWay.set(job, { stop, ended })
  }

  return {
    /** Hears of every change of a latch, again after a restart. Rehearsals are nobody's business. */
    onChange(state: LatchState): void {
      if (state.version === 0 || state.reason === 'drill' || closing.signal.aborted) return
      const last = latest.get(state.flag)
      if (last !== undefined && last.latch.version >= state.version) return
      last?.supersede()
      const job = createAnnouncement({ ...deps, inTurn }, state, deps.audience())
      latest.set(state.flag, job)
      begin(job)
    },
    /** How far the last change of a flag was told. */
    statuses: (flag: string): readonly AnnouncementStatus[] => latest.get(flag)?.statuses() ?? [],
    async close(): Promise<void> {
      closing.abort()
      await Promise.all([...underWay.values()].map(({ ended }) => ended))
    },
  }
}

export type Announcer = ReturnType<typeof createAnnouncer>
