import { Counter, Gauge, type Registry } from 'prom-client'
import type { WorkerDecisions } from '../decisions/decision.ts'

type Remembered = Pick<WorkerDecisions, 'kept' | 'leftOut'>

/** How much is remembered of the last requests, read when somebody asks. */
export function createDecisionMetrics(registry: Registry) {
  const registers = [registry]
  let status: () => Remembered = () => ({ kept: 0, leftOut: 0 })
  new Gauge({
    name: 'switchback_decisions_kept',
    help: 'Decisions about requests that are in memory, to be made again under another configuration.',
    registers,
    collect() {
      this.set(status().kept)
    },
  })
  new Counter({
    name: 'switchback_decisions_left_out_total',
    help: 'Decisions that were not kept, since what they depend on is more than 4096 characters.',
    registers,
    collect() {
      this.reset()
      this.inc(status().leftOut)
    },
  })

  return {
    watch(source: typeof status): void {
      status = source
    },
  }
}
