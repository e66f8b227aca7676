import type { AnnouncementStatus, LatchReport } from '../../fleet/gateway-status.ts'
import type { LatchTimes } from '../../fleet/latch/held-latches.ts'
import type { LatchAnswer } from '../../fleet/latch/latch-keeper.ts'
import type { Evidence, LatchState } from '../../guard/latch-state.ts'
import {
  always,
  count,
  fieldsOf,
  listOf,
  moment,
  named,
  number,
  orNull,
  text,
  truth,
  words,
} from './schema-of.ts'

/** Whether the other machines know. */
export const shared = words<'agreed' | 'down' | 'none'>({ agreed: true, down: true, none: true })

const evidence = named<Evidence>('Evidence', {
  route: text,
  budget: text,
  scope: orNull(text),
  text,
  bad: count,
  events: count,
  allowed: number,
  seenBy: words({ worker: true, machine: true, fleet: true }),
})

export const latchState = named<LatchState>('LatchState', {
  flag: text,
  state: words({ open: true, tripped: true }),
  version: count,
  since: moment,
  by: text,
  reason: words({
    'never-tripped': true,
    'budget-breach': true,
    operator: true,
    drill: true,
    'resume-after': true,
  }),
  note: orNull(text),
  evidence: orNull(evidence),
})

const times = fieldsOf<LatchTimes>({
  receivedAt: moment,
  broadcastAt: moment,
  savedAt: orNull(moment),
  sharedAt: orNull(moment),
})

const announcement = named<AnnouncementStatus>('Announcement', {
  step: words({ unleash: true, webhook: true, validation: true }),
  target: text,
  state: words({ 'under-way': true, done: true, failed: true, elsewhere: true, dropped: true }),
  text,
  at: moment,
})

export const latchReport = named<LatchReport>('LatchReport', {
  flag: text,
  isDrill: truth,
  isUsed: truth,
  state: latchState,
  times: orNull(times),
  workers: listOf(fieldsOf({ pid: count, takenAt: moment, lastV2At: orNull(moment) })),
  speed: orNull(text),
  announcements: listOf(announcement),
})

export const latchAnswer = fieldsOf<Extract<LatchAnswer, { done: true }>>({
  done: always(true),
  state: latchState,
  shared,
  text,
})
