import { Counter, Gauge, type Registry } from 'prom-client'
import type { WorkerDecisions } from '../decisions/decision.ts'

/** How much is remembered of the last requests, read when somebody asks. */
export function watchDecisions(
  registry: Registry,
  status: () => Pick<WorkerDecisions, 'kept' | 'leftOut'>,
): void {
  const registers = [registry]
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
}
