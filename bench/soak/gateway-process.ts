/**
 * Switchback as it stands here, and eyes in its thread: each message is answered with a `Look` at its memory
 * after a collection, and at how late its event loop was since the one before. Needs `--expose-gc`.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { getHeapCodeStatistics } from 'node:v8'

export interface Look {
  /** Bytes that are still used by anything after a full collection, inside the heap and outside. */
  readonly liveBytes: number
  /** Of these, what V8 has compiled. */
  readonly codeBytes: number
  /** Milliseconds that a 10 ms timer was late. */
  readonly lateP99Ms: number
  readonly lateMostMs: number
}

const periodMs = 10
/** Milliseconds until the collection itself is no delay any more. */
const restMs = 50

const delays = monitorEventLoopDelay({ resolution: periodMs })
delays.enable()

process.on('message', () => {
  const lateness = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - periodMs)
  const late = { lateP99Ms: lateness(delays.percentile(99)), lateMostMs: lateness(delays.max) }
  globalThis.gc?.()
  // Other threads go on sweeping when a collection is over, and the memory of buffers counts until they are
  // done, some megabytes now and then. To look at all code V8 has to wait for them.
  const codeBytes = getHeapCodeStatistics().code_and_metadata_size
  const { heapUsed, external } = process.memoryUsage()
  process.send?.({ liveBytes: heapUsed + external, codeBytes, ...late } satisfies Look)
  setTimeout(() => delays.reset(), restMs)
})

await import('../../src/main.ts')
