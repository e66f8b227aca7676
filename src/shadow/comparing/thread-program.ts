import { parentPort } from 'node:worker_threads'
import { systemClock } from '../../clock.ts'
import { createBatchComparing } from './compare-batch.ts'
import { createRests, sleepInPlace } from './rests.ts'
import type { BatchResult, ComparedPairs, ToThread } from './thread-messages.ts'

/** Milliseconds between two answers, but for a pair that takes longer by itself. */
const sliceMs = 100

/** The thread that compares: one batch after the other. It keeps nothing of them. */
type BatchComparing = ReturnType<typeof createBatchComparing>

let comparings = new Map<number, BatchComparing>()
const rest = createRests(systemClock, sleepInPlace)
let usedBefore = usedMs()

parentPort?.on('message', (message: ToThread) => {
  if (message.kind === 'rules') {
    comparings = new Map(
      message.rules.map(([id, rule, matchPath]) => [
        id,
        comparings.get(id) ?? createBatchComparing(rule, matchPath, rest),
      ]),
    )
    return
  }
  const compare = comparings.get(message.rule)
  if (compare === undefined) throw new Error(`Cannot compare: rule ${message.rule} is not known`)
  const { batch, period, mostCpuMs } = message
  const startedAt = usedBefore
  let sliceEndsAt = systemClock.monotonic() + sliceMs
  const slices = compare(batch, period, () => systemClock.monotonic() >= sliceEndsAt)
  let slice = slices.next(true)
  while (slice.done !== true) {
    post(slice.value, null)
    sliceEndsAt = systemClock.monotonic() + sliceMs
    slice = slices.next(usedBefore - startedAt < mostCpuMs)
  }
  post(slice.value, batch.bytes)
})

function post(compared: ComparedPairs, bytes: ArrayBuffer | null): void {
  const used = usedMs()
  const result: BatchResult = { ...compared, bytes, cpuMs: used - usedBefore }
  usedBefore = used
  parentPort?.postMessage(result, bytes === null ? [] : [bytes])
}

/** CPU time of this thread, garbage collection and messages included. */
function usedMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
