import { Worker } from 'node:worker_threads'
import { after, type Clock } from '../../clock.ts'
import type { MappedBody } from './body-job.ts'
import type { FromThread, ToThread } from './body-thread.ts'

export interface ThreadEvents {
  onReady(): void
  onMapped(id: number, mapped: MappedBody, tookMs: number): void
  /** It ended without being asked to, or never began; nothing is heard of it afterwards. */
  onLost(why: string): void
}

export interface OpenThread {
  post(jobs: ToThread): void
  /** Ends it now, whatever it is at; nothing is heard of it afterwards. */
  end(): void
}

/** Milliseconds that its program has to be loaded. */
const startLimitMs = 10_000
/** Enough for a body of the largest size and for what is made of it. */
const resourceLimits = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 32 }

/** Starts the program of the thread that maps bodies; it keeps no process alive. */
export function openThread(program: URL, clock: Clock, events: ThreadEvents): OpenThread {
  // Nothing of the environment is of use to an expression.
  const worker = new Worker(program, { resourceLimits, env: {} })
  worker.unref()
  let over = false
  const stopWaiting = after(clock, startLimitMs, () => lose('it did not start in time'))

  function finish(): boolean {
    if (over) return false
    over = true
    stopWaiting()
    void worker.terminate()
    return true
  }

  function lose(why: string): void {
    if (finish()) events.onLost(why)
  }

  worker.on('message', (message: FromThread) => {
    if (over) return
    if (message === 'ready') {
      stopWaiting()
      events.onReady()
    } else events.onMapped(...message)
  })
  // A heap that is full, or a mistake of ours.
  worker.on('error', (error: NodeJS.ErrnoException) => lose(error.code ?? error.name))
  worker.on('exit', () => lose('it left'))
  return {
    post: jobs => worker.postMessage(jobs),
    end: () => void finish(),
  }
}
