import { Worker } from 'node:worker_threads'
import type { BatchResult, ToThread } from './thread-messages.ts'

/** The program of the thread, as source or as built. */
const program = new URL(`./thread-program${import.meta.url.slice(-3)}`, import.meta.url)

/** Short-lived values, which is nearly all that comparing makes. */
const youngHeapMb = 8

export interface ComparingThread {
  post(message: ToThread): void
  /** Ends it at once; `onGone` is not called any more. */
  close(): Promise<void>
}

export interface ComparingThreadDeps {
  /** MiB of long-lived values, above which the thread ends; the process goes on. */
  readonly heapMb: number
  readonly onResult: (result: BatchResult) => void
  /** It ended by itself: out of memory, or by an error of ours. */
  readonly onGone: (error: Error) => void
}

/** Starts the thread. It keeps no process alive, and sees nothing of the environment. */
export function startComparingThread({
  heapMb,
  onResult,
  onGone,
}: ComparingThreadDeps): ComparingThread {
  const worker = new Worker(program, {
    name: 'switchback-comparer',
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: heapMb, maxYoungGenerationSizeMb: youngHeapMb },
  })
  let isOpen = true
  let error = new Error('Cannot compare: the thread ended')
  worker.on('message', (result: BatchResult) => {
    if (isOpen) onResult(result)
  })
  // Comes before the end.
  worker.on('error', (reason: Error) => {
    error = reason
  })
  worker.on('exit', () => {
    if (isOpen) onGone(error)
  })
  worker.unref()
  return {
    post(message) {
      worker.postMessage(message, message.kind === 'batch' ? [message.batch.bytes] : [])
    },
    async close() {
      isOpen = false
      await worker.terminate()
    },
  }
}
