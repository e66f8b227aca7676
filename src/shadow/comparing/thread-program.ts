import { parentPort } from 'node:worker_threads'
import { createBatchComparing } from './compare-batch.ts'
import type { BatchResult, ToThread } from './thread-messages.ts'

/** The thread that compares: one batch after the other, each answered once. It keeps nothing of them. */
type BatchComparing = ReturnType<typeof createBatchComparing>

let comparings = new Map<number, BatchComparing>()
let usedBefore = usedMs()

parentPort?.on('message', (message: ToThread) => {
  if (message.kind === 'rules') {
    comparings = new Map(
      message.rules.map(([id, rule]) => [id, comparings.get(id) ?? createBatchComparing(rule)]),
    )
    return
  }
  const compare = comparings.get(message.rule)
  if (compare === undefined) throw new Error(`Cannot compare: rule ${message.rule} is not known`)
  const compared = compare(message.batch, message.period)
  const used = usedMs()
  const { bytes } = message.batch
  const result: BatchResult = { ...compared, bytes, cpuMs: used - usedBefore }
  usedBefore = used
  parentPort?.postMessage(result, [bytes])
})

/** CPU time of this thread, garbage collection and messages included. */
function usedMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
