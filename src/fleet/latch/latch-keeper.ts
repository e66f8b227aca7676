import type { Clock } from '../../clock.ts'
import type { LatchState } from '../../guard/latch-state.ts'
import type { WriteAudit } from '../stores/audit-note.ts'
import type { AuditEntry, Store } from '../stores/store.ts'
import { createHeldLatches, type HeldLatch, isSameChange } from './held-latches.ts'
import { changeInWords, refusalInWords } from './latch-in-words.ts'
import {
  decideRequest,
  type LatchRefusal,
  type LatchRequest,
  type LatchRules,
} from './latch-request.ts'
import { createLatchSync, pollMs } from './latch-sync.ts'
import { unheardTrip } from './unheard-trip.ts'

/** A latch that changed, and who this machine knows it from. */
export interface LatchNews {
  readonly state: LatchState
  readonly before: LatchState
  /**
   * `store`: another life of this machine, or another process of it, kept it. `again`: this machine,
   * which put its own above what the shared store had.
   */
  readonly from: 'worker' | 'request' | 'shared' | 'store' | 'again'
}

export type LatchAnswer =
  | {
      readonly done: true
      readonly state: LatchState
      /** `down`: only this machine knows so far; the others hear of it when the store is back. */
      readonly shared: 'agreed' | 'down' | 'none'
      readonly text: string
    }
  | { readonly done: false; readonly refusal: LatchRefusal; readonly text: string }

export interface LatchKeeperDeps {
  readonly local: Store
  /** Null: this machine is alone. */
  readonly shared: Store | null
  readonly rules: LatchRules
  readonly clock: Clock
  /** Flags that routes name now. */
  readonly flags: () => readonly string[]
  /** Tells every worker of this machine; must neither wait nor throw. */
  readonly broadcast: (state: LatchState) => void
  /** Hears of each change, once it is in force here. */
  readonly onChange: (news: LatchNews) => void
  readonly audit: WriteAudit
  readonly log: {
    info(details: object, message: string): void
    warn(details: object, message: string): void
  }
}

/**
 * Keeps the latches of this machine, and keeps them the same everywhere: first the workers, then
 * this machine's disk, then the other machines. No step waits for a later one, so that V2 loses its
 * traffic whatever else is down.
 */
export function createLatchKeeper(deps: LatchKeeperDeps) {
  const { local, rules, clock, log } = deps
  const held = createHeldLatches({ ...deps, onFound: state => take(state, 'store') })
  const { stateOf, hold } = held
  /** Resumes that the others are being asked about. */
  const resuming = new Map<string, LatchState>()
  let aloneSince: number | null = null
  const stops: (() => void)[] = []

  const sync =
    deps.shared === null
      ? null
      : createLatchSync({
          shared: deps.shared,
          clock,
          prevailing: rules.prevailing,
          held: () => held.all().map(({ state }) => state),
          hear: state => void hear(state),
          acknowledged: state => held.mark(state, { sharedAt: clock.now() }),
          onReach,
        })

  function onReach(reached: boolean, error: string): void {
    const lostAt = aloneSince
    aloneSince = reached ? null : clock.now()
    if (!reached) log.warn({ error }, 'the shared store is lost: this machine guards alone')
    else if (lostAt !== null) log.info({ lostAt }, 'the shared store is back: latches agree again')
  }

  function take(state: LatchState, from: LatchNews['from']): void {
    const before = hold(state)
    if (before !== null) deps.onChange({ state, before, from })
  }

  /** What the shared store has: taken, unless it knows nothing of a later trip of this machine. */
  function hear(state: LatchState): Shared | null {
    // A resume that is asked about may come back before its answer.
    const resume = resuming.get(state.flag)
    if (resume !== undefined && isSameChange(resume, state)) return null
    const again = unheardTrip(held.of(state.flag), state)
    const before = hold(again ?? state)
    if (before === null) return null
    if (again !== null) {
      return spread(again, before, 'again', `put above version ${state.version}, which is older: `)
    }
    held.mark(state, { sharedAt: clock.now() })
    writeDown(state, 'latch-learned', 'learned from the shared store: ')
    deps.onChange({ state, before, from: 'shared' })
    return null
  }

  function writeDown(state: LatchState, event = eventOf(state), beginning = ''): void {
    deps.audit({
      event,
      who: state.by,
      subject: state.flag,
      why: `${beginning}${changeInWords(state)}`,
      evidence: { version: state.version, note: state.note, ...state.evidence },
    })
  }

  /** Tells the others, and then whoever waits for news here; resolves with what is in force there. */
  function spread(state: LatchState, before: LatchState, from: LatchNews['from'], beginning = '') {
    const shared = share(state)
    writeDown(state, eventOf(state), beginning)
    deps.onChange({ state, before, from })
    return shared
  }

  async function share(state: LatchState): Shared {
    if (sync === null) return 'none'
    const inForce = await sync.put(state)
    if (inForce === null) return 'down'
    return hear(inForce) ?? inForce
  }

  function refused(refusal: LatchRefusal, flag: string): LatchAnswer {
    return { done: false, refusal, text: refusalInWords(refusal, stateOf(flag)) }
  }

  /** A rollback is in force here before anybody else is asked. */
  async function rollBack(next: LatchState): Promise<LatchAnswer> {
    const before = hold(next)
    if (before === null) return refused('overtaken', next.flag)
    const shared = await spread(next, before, 'request')
    if (stateOf(next.flag).state === 'open') return refused('overtaken', next.flag)
    return done(next, shared)
  }

  /** A resume asks the others first: one of them may have tripped meanwhile. */
  async function resume(next: LatchState): Promise<LatchAnswer> {
    resuming.set(next.flag, next)
    const inForce = sync === null ? 'none' : ((await sync.put(next)) ?? 'down')
    resuming.delete(next.flag)
    if (typeof inForce === 'object' && !isSameChange(inForce, next)) {
      void hear(inForce)
      return refused('overtaken', next.flag)
    }
    const before = hold(next)
    // A look at the store under way may have brought it back already.
    if (before === null && !isSameChange(stateOf(next.flag), next)) {
      return refused('overtaken', next.flag)
    }
    if (typeof inForce === 'object') held.mark(next, { sharedAt: clock.now() })
    writeDown(next)
    if (before !== null) deps.onChange({ state: next, before, from: 'request' })
    return done(next, inForce)
  }

  return {
    /** Loads what was kept. Throws where this machine's own store cannot be read. */
    async start(): Promise<void> {
      stops.push(local.onLatch(state => take(state, 'store')))
      for (const state of await local.latches()) take(state, 'store')
      await sync?.start()
      stops.push(clock.every(pollMs, held.saveAgain))
    },

    /** A breach that a worker or the judge has seen. In force on this machine when it returns. */
    trip(state: LatchState): void {
      const before = hold(state)
      // Whoever reported it acts on a state that does not hold any more, and is told which one does.
      if (before === null) deps.broadcast(stateOf(state.flag))
      else void spread(state, before, 'worker')
    },

    /** What a person asks for; never rejects. */
    async change(request: LatchRequest): Promise<LatchAnswer> {
      const flag = request.reason === 'drill' ? rules.drillOf(request.flag) : request.flag
      const isKnown = deps.flags().includes(request.flag)
      const held = stateOf(flag)
      // Whoever switches back while a resume is under way means the state that it would lead to.
      const present = rules.prevailing(held, resuming.get(flag) ?? held)
      const decision = decideRequest(request, present, { isKnown, now: clock.now() })
      if (!decision.ok) return refused(decision.refusal, flag)
      return decision.next.state === 'tripped' ? rollBack(decision.next) : resume(decision.next)
    },

    stateOf,
    /** Every latch that was ever changed, rehearsals too: what a new worker must know. */
    latches: (): readonly HeldLatch[] => held.all(),
    /** Wall-clock milliseconds since which the shared store is lost; null while it is not, or there is none. */
    aloneSince: () => aloneSince,
    async close(): Promise<void> {
      for (const stop of stops) stop()
      await sync?.close()
    },
  }
}

/** What is in force in the shared store, or why nobody knows. */
type Shared = Promise<LatchState | 'down' | 'none'>

function eventOf({ state, reason }: LatchState): AuditEntry['event'] {
  if (reason === 'drill') return 'drill'
  return state === 'tripped' ? 'latch-tripped' : 'latch-resumed'
}

export type LatchKeeper = ReturnType<typeof createLatchKeeper>

function done(state: LatchState, inForce: LatchState | 'down' | 'none'): LatchAnswer {
  const shared = typeof inForce === 'object' ? 'agreed' : inForce
  const alone = shared === 'down' ? '. The shared store is down: so far on this machine only' : ''
  return { done: true, state, shared, text: `${changeInWords(state)}${alone}` }
}
