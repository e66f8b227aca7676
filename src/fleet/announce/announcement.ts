import type { Clock } from '../../clock.ts'
import type { LatchState } from '../../guard/latch-state.ts'
import type { AnnouncementStatus } from '../gateway-status.ts'
import { changeInWords } from '../latch/latch-in-words.ts'
import type { AuditNote, WriteAudit } from '../stores/audit-note.ts'
import type { FleetMemory } from '../stores/fleet-memory.ts'
import { type AnnouncementStep, type Audience, announcementSteps } from './announcement-steps.ts'
import { type Attempt, attempts } from './attempts.ts'
import { createUnleashSwitch } from './unleash-switch.ts'
import type { V1Finding } from './v1-finding.ts'
import { type V1Eyes, watchV1 } from './watch-v1.ts'
import { postWebhook } from './webhook.ts'

export interface AnnouncementDeps {
  readonly machine: string
  readonly clock: Clock
  readonly memory: FleetMemory
  readonly v1: V1Eyes
  readonly audit: WriteAudit
  /** Counts what came of a step, or of an attempt that will be repeated. */
  readonly count: (
    step: AnnouncementStep['kind'],
    result: 'done' | 'failed' | 'dropped' | 'again',
  ) => void
  /** Does one thing at a time for a flag, in the order asked. */
  readonly inTurn: <T>(flag: string, work: () => Promise<T>) => Promise<T>
}

/** What is remembered of a step that is over. */
interface Memo {
  readonly state: 'done' | 'failed' | 'dropped'
  readonly text: string
  readonly at: number
  readonly v1: V1Finding | null
}

/** Name under which everything about one change is remembered, leased and looked for. */
export function announcementName({ flag, version }: LatchState): string {
  return `announce/${flag}/${version}`
}

/** The telling of one change: what is to be done about it and how far it has come. */
export function createAnnouncement(deps: AnnouncementDeps, latch: LatchState, audience: Audience) {
  const { clock, memory, machine } = deps
  const name = announcementName(latch)
  const steps = announcementSteps(latch, audience)
  const statuses = new Map<string, AnnouncementStatus>()
  /** A newer change of the same latch makes Unleash and V1 its business. */
  const superseded = new AbortController()

  function show(step: AnnouncementStep, state: AnnouncementStatus['state'], text: string): void {
    const { kind, key, target } = step
    statuses.set(key, { step: kind, target, state, text, at: clock.now() })
  }

  async function recall({ key }: AnnouncementStep): Promise<Memo | null> {
    const text = await memory.recall(`${name}/${key}`)
    return text === null ? null : (JSON.parse(text) as Memo)
  }

  function showMemo({ kind, key, target }: AnnouncementStep, { state, text, at }: Memo): void {
    statuses.set(key, { step: kind, target, state, text, at })
  }

  /** Does a step unless it was done before; null when it was told to stop. */
  async function perform(
    step: AnnouncementStep,
    stop: AbortSignal,
    work: (signal: AbortSignal) => Promise<Omit<Memo, 'at'> | null>,
  ): Promise<Memo | null> {
    const known = await recall(step)
    if (known !== null) {
      showMemo(step, known)
      return known
    }
    show(step, 'under-way', '')
    const isBound = step.kind !== 'webhook'
    const signal = isBound ? AbortSignal.any([stop, superseded.signal]) : stop
    const result = (await work(signal)) ?? (stop.aborted ? null : dropped)
    if (result === null) return null
    const memo = { ...result, at: clock.now() }
    await memory.remember(`${name}/${step.key}`, JSON.stringify(memo))
    showMemo(step, memo)
    deps.count(step.kind, memo.state)
    if (memo.state !== 'dropped') deps.audit(noteOf(step, memo))
    return memo
  }

  function noteOf({ kind, target }: AnnouncementStep, { state, text, v1 }: Memo): AuditNote {
    const isDone = state === 'done'
    const turned = latch.state === 'tripped' ? 'unleash-turned-off' : 'unleash-turned-on'
    const event = {
      unleash: isDone ? turned : 'unleash-failed',
      webhook: isDone ? 'webhook-delivered' : 'webhook-failed',
      validation: 'v1-validated',
    } as const
    const about = { target, version: latch.version, ...v1 }
    const why = kind === 'validation' ? text : `${target}: ${text}`
    return { event: event[kind], who: machine, subject: latch.flag, why, evidence: about }
  }

  async function tried(
    step: AnnouncementStep,
    signal: AbortSignal,
    attempt: () => Promise<Attempt>,
  ): Promise<Omit<Memo, 'at'> | null> {
    const onRetry = (text: string) => {
      show(step, 'under-way', text)
      deps.count(step.kind, 'again')
    }
    const over = await attempts({ clock, signal, attempt, onRetry })
    if (over === null) return null
    return { state: over.result === 'done' ? 'done' : 'failed', text: over.text, v1: null }
  }

  /** In turn: what an older change began has come to its end, and will not be begun again. */
  async function turn(
    { unleash, to }: Extract<AnnouncementStep, { kind: 'unleash' }>,
    signal: AbortSignal,
    stop: AbortSignal,
  ): Promise<Attempt> {
    if (signal.aborted) return { result: 'again', text: dropped.text }
    return createUnleashSwitch({ config: unleash, memory, clock }).turn(latch.flag, to, stop)
  }

  async function validate(stop: AbortSignal): Promise<Memo | null> {
    const step = steps.find(({ kind }) => kind === 'validation')
    if (step === undefined) return null
    return perform(step, stop, async signal => {
      const v1 = await watchV1(clock, latch.flag, deps.v1, signal)
      if (v1 === null) return null
      return { state: v1.verdict === 'ok' ? 'done' : 'failed', text: v1.text, v1 }
    })
  }

  async function tell(
    step: Extract<AnnouncementStep, { kind: 'webhook' }>,
    stop: AbortSignal,
    validated: Promise<Memo | null>,
  ): Promise<Memo | null> {
    const finding = step.event === 'validated' ? ((await validated)?.v1 ?? null) : null
    if (step.event === 'validated' && finding === null) return stop.aborted ? null : unasked(step)
    const event = {
      event: step.event,
      text: finding === null ? changeInWords(latch) : `${latch.flag}: ${finding.text}`,
      machine,
      at: clock.now(),
      latch,
      v1: finding,
    }
    return perform(step, stop, signal =>
      tried(step, signal, () => postWebhook(clock, step.webhook, event, stop)),
    )
  }

  /** Nothing was found out about V1, so there is nothing to tell. */
  function unasked(step: AnnouncementStep): Memo {
    show(step, 'dropped', dropped.text)
    return { ...dropped, at: clock.now() }
  }

  return {
    latch,
    statuses: (): readonly AnnouncementStatus[] => [...statuses.values()],
    supersede: () => superseded.abort(),
    /** Whether everything was done, here or elsewhere, now or long ago. */
    async isOver(): Promise<boolean> {
      return (await memory.recall(name)) !== null
    },
    /** Shows what others did, or do; once all is over, what was never to be done is left out. */
    async showOthers(isOver: boolean): Promise<void> {
      for (const step of steps) {
        const memo = await recall(step)
        if (memo !== null) showMemo(step, memo)
        else if (!isOver) show(step, 'elsewhere', 'another machine does it')
      }
    },
    /** Does what is left to do; true once nothing is. */
    async run(stop: AbortSignal): Promise<boolean> {
      const validated = validate(stop)
      const all = steps.map(step => {
        if (step.kind === 'validation') return validated
        if (step.kind === 'webhook') return tell(step, stop, validated)
        return perform(step, stop, signal =>
          tried(step, signal, () => deps.inTurn(latch.flag, () => turn(step, signal, stop))),
        )
      })
      const memos = await Promise.all(all)
      if (memos.includes(null)) return false
      await memory.remember(name, 'over')
      return true
    },
  }
}

export type Announcement = ReturnType<typeof createAnnouncement>

const dropped = { state: 'dropped', text: 'a newer change came first', v1: null } as const
