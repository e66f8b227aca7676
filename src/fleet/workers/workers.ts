import { type Clock, pause } from '../../clock.ts'
import type {
  ExplainAnswer,
  ExplainQuestion,
  SimulateAnswer,
  SimulateQuestion,
} from '../../cohort/caller-question.ts'
import type { Snapshot } from '../../config/snapshot.ts'
import type { LatchState } from '../../guard/latch-state.ts'
import type { Revocation } from '../../identity/revocation.ts'
import type { ControlPlane, PlaneStatus, WorkerProcessStatus } from '../planes.ts'
import { createWorker, type Worker } from './worker.ts'
import { createFork } from './worker-channel.ts'
import type { WorkerEvent } from './worker-event.ts'
import { createSlot, type Slot } from './worker-slot.ts'
import { createWorkerTotals } from './worker-totals.ts'

export interface WorkersDeps {
  /** The file that a worker runs, and its arguments. */
  readonly entry: URL
  readonly args: readonly string[]
  /** The first snapshot; `process.workers` says how many there are. */
  readonly snapshot: Snapshot
  readonly clock: Clock
  /** The latches as they are known whenever a worker starts. */
  readonly latches: () => readonly LatchState[]
  /** What is revoked whenever a worker starts. */
  readonly revocations: () => readonly Revocation[]
  /** Told in the same turn as the message arrives. */
  readonly control: ControlPlane
  readonly onEvent: (event: WorkerEvent) => void
}

export type Workers = ReturnType<typeof createWorkers>

/** Milliseconds between two looks at what each has counted: a killed worker takes so much with it. */
const metricsPeriodMs = 2_000

/** Milliseconds in which a worker that stands still can hold up the leaving of all. */
const handoverLimitMs = 500

/** The data planes of this machine, each in a process of its own. No process is started before `listen`. */
export function createWorkers(deps: WorkersDeps) {
  const { clock, onEvent } = deps
  const { fork, stopAccepting } = createFork(deps)
  const totals = createWorkerTotals()
  /** All whose process lives, also those that leave. */
  const living = new Set<Worker>()
  let slots: Slot[] = []
  let snapshot = deps.snapshot
  /** Changes of the snapshot come one after the other. */
  let changing: Promise<unknown> = Promise.resolve()
  const stopReading = clock.every(metricsPeriodMs, () => void readMetrics())

  function start(wanted?: Snapshot): Worker {
    const worker = createWorker({ ...deps, fork, snapshot: () => wanted ?? snapshot })
    living.add(worker)
    void worker.ended.then(() => {
      living.delete(worker)
      totals.add(worker.metrics())
    })
    return worker
  }

  function addSlot(): Slot {
    const slot = createSlot({
      clock,
      start,
      onServes: ({ id, pid }) => onEvent({ type: 'serves', worker: id, pid }),
      onLost: ({ id, pid, aliveMs }, loss, againInMs) =>
        onEvent({ type: 'lost', worker: id, pid, ...loss, aliveMs: aliveMs(), againInMs }),
      onNotStarted: (error, againInMs) => onEvent({ type: 'not-started', error, againInMs }),
    })
    slots.push(slot)
    return slot
  }

  /** Those that take clients in, the quickest to answer first. */
  function serving(): Worker[] {
    const ready = slots.flatMap(slot => slot.worker() ?? [])
    return [...ready.filter(each => each.state() === 'ready'), ...ready.filter(isLate)]
  }

  async function listen(): Promise<number> {
    try {
      // The first alone: what is wrong with the address or the snapshot is said once.
      const port = await addSlot().replace()
      const others = Array.from({ length: snapshot.process.workers - 1 }, addSlot)
      await Promise.all(others.map(slot => slot.replace()))
      return port
    } catch (error) {
      await close()
      throw error
    }
  }

  async function apply(next: Snapshot): Promise<void> {
    const [judge] = serving()
    // With none alive there is nobody to judge; the next to start may well be helped by it.
    await judge?.apply(next)
    snapshot = next
    await Promise.all(slots.map(slot => catchUp(slot)))
  }

  /** The first took the snapshot, so the others do: one that cannot is replaced by one that has it. */
  async function catchUp(slot: Slot): Promise<void> {
    const behind = slot.workers().filter(worker => !worker.has(snapshot))
    await Promise.all(
      behind.map(async worker => {
        try {
          await worker.apply(snapshot)
        } catch (error) {
          if (!slot.workers().includes(worker)) return
          onEvent({ type: 'behind', worker: worker.id, pid: worker.pid, error: error as Error })
          slot.replaceLater().catch(() => {})
        }
      }),
    )
  }

  /** One after the other, each new one serving before the one in its place leaves. */
  async function replaceAll(next: Snapshot): Promise<number> {
    const [first, ...others] = slots as [Slot, ...Slot[]]
    // With the first that cannot serve it, nothing has changed.
    const port = await first.replace(() => start(next))
    snapshot = next
    const count = next.process.workers
    for (const slot of others.slice(count - 1)) slot.close()
    slots = [first, ...others.slice(0, count - 1)]
    const kept = slots.slice(1)
    while (slots.length < count) kept.push(addSlot())
    for (const slot of kept) {
      await fewLeave()
      // Said by the slot, which goes on trying.
      await slot.replaceLater().catch(() => {})
    }
    return port
  }

  /** Bounds how many are there at once: for each place one that serves and one that leaves. */
  async function fewLeave(): Promise<void> {
    for (;;) {
      const leaving = [...living].filter(worker => worker.state() === 'leaving')
      if (leaving.length < slots.length) return
      await Promise.race(leaving.map(({ ended }) => ended))
    }
  }

  async function readMetrics(): Promise<void> {
    await Promise.all([...living].filter(answers).map(worker => worker.readMetrics()))
  }

  async function close(): Promise<void> {
    stopReading()
    await Promise.race([stopAccepting(), pause(clock, handoverLimitMs)])
    for (const slot of slots) slot.close()
    await Promise.all([...living].map(({ ended }) => ended))
  }

  /** Runs `change` behind those before it. */
  function inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = changing.then(change)
    changing = turn.catch(() => {})
    return turn
  }

  return {
    /**
     * Starts the workers; resolves with the port in use once all serve. Throws, with no process left,
     * where one cannot.
     */
    listen,
    /** Serves a new snapshot everywhere; rejects, with everything as it was, where it cannot be served. */
    apply: (next: Snapshot): Promise<void> => inTurn(() => apply(next)),
    /**
     * Serves a new snapshot with new processes, for what only a new one can take: `listen`, `limits`,
     * `drain`, `log`, `workers`. Resolves with the port in use once all serve, while those before may
     * still leave; rejects, with everything as it was, where the first cannot.
     */
    replaceAll: (next: Snapshot): Promise<number> => inTurn(() => replaceAll(next)),
    setLatch(state: LatchState): void {
      for (const worker of living) worker.setLatch(state)
    },
    revoke(revocations: readonly Revocation[]): void {
      for (const worker of living) worker.revoke(revocations)
    },
    /** Of those that answer; `processes` has the others too. */
    async status(): Promise<readonly PlaneStatus[]> {
      const all = await Promise.all(serving().map(worker => worker.status()))
      return all.filter(status => status !== null)
    },
    explain: async (question: ExplainQuestion): Promise<ExplainAnswer | null> =>
      (await serving()[0]?.explain(question)) ?? null,
    simulate: async (question: SimulateQuestion): Promise<SimulateAnswer | null> =>
      (await serving()[0]?.simulate(question)) ?? null,
    processes: (): readonly WorkerProcessStatus[] =>
      [...living].map(({ id, pid, state, aliveMs }) => {
        return { id, pid, state: state(), aliveMs: aliveMs() }
      }),
    /** A registry for each worker, as last known where it does not answer, and one for those that are gone. */
    async metrics(): Promise<readonly (readonly object[])[]> {
      await readMetrics()
      return [totals.registry(), ...[...living].map(worker => worker.metrics())]
    },
    decisions: (after: number, limit: number) =>
      Promise.all(serving().map(worker => worker.decisions(after, limit))),
    close,
  }
}

/** It may still be heard, but others first. */
function isLate(worker: Worker): boolean {
  return worker.state() !== 'ready'
}

function answers(worker: Worker): boolean {
  return worker.state() !== 'starting'
}
