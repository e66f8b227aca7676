import { after, type Clock } from '../../clock.ts'
import { respawnWait } from './respawn-wait.ts'
import type { Worker, WorkerLoss } from './worker.ts'

export interface SlotDeps {
  readonly clock: Clock
  /** Starts a process; it need not get as far as serving. */
  readonly start: () => Worker
  /** One serves, the first or another. */
  readonly onServes: (worker: Worker) => void
  /** A worker that served is lost; another is started after `againInMs`. */
  readonly onLost: (worker: Worker, loss: WorkerLoss, againInMs: number) => void
  /** One that was to follow did not get as far as serving. */
  readonly onNotStarted: (error: Error, againInMs: number) => void
}

/** One worker's place: whoever dies in it is followed by another. */
export function createSlot({ clock, start, onServes, onLost, onNotStarted }: SlotDeps) {
  let worker: Worker | null = null
  let coming: Worker | null = null
  /** It is to be tried until one serves. */
  let owed = false
  let closed = false
  let waitMs = 0
  let cancelWait = (): void => {}

  async function replace(startOne = start): Promise<number> {
    if (closed) throw new Error('the workers are leaving')
    cancelWait()
    coming?.kill()
    const next = startOne()
    coming = next
    try {
      const port = await next.ready
      takeOver(next)
      return port
    } catch (error) {
      next.kill()
      if (coming === next) coming = null
      if (coming === null && owed && !closed) {
        waitMs = respawnWait(waitMs, 0)
        onNotStarted(error as Error, waitMs)
        cancelWait = after(clock, waitMs, again)
      }
      throw error
    }
  }

  function takeOver(next: Worker): void {
    const before = worker
    worker = next
    coming = null
    owed = false
    onServes(next)
    void next.lost.then(loss => follow(next, loss))
    before?.leave()
  }

  function follow(lost: Worker, loss: WorkerLoss): void {
    // One that left its place to another, or leaves with all the others, is no loss.
    if (closed || worker !== lost) return
    worker = null
    owed = true
    if (coming === null) {
      waitMs = respawnWait(waitMs, lost.aliveMs())
      cancelWait = after(clock, waitMs, again)
    }
    onLost(lost, loss, coming === null ? waitMs : 0)
  }

  function replaceLater(): Promise<number> {
    owed = true
    return replace()
  }

  function again(): void {
    // What it rejects with is told already.
    replaceLater().catch(() => {})
  }

  return {
    /**
     * Starts a worker that takes over from the one before once it serves; resolves with its port. When
     * it rejects, the one before, if there is one, goes on.
     */
    replace,
    /** The same; when it rejects, it is tried again until one serves or the slot is closed. */
    replaceLater,
    /** The one that serves; null while there is none. */
    worker: (): Worker | null => worker,
    /** The one that serves and the one that is to follow it. */
    workers: (): readonly Worker[] => [worker, coming].filter(each => each !== null),
    /** Nobody follows any more; the process may live on until it is drained. */
    close(): void {
      closed = true
      cancelWait()
      coming?.kill()
      worker?.leave()
    },
  }
}

export type Slot = ReturnType<typeof createSlot>
