import type { MessagePort } from 'node:worker_threads'
import type { Clock } from '../../clock.ts'
import type { BodyJob, MappedBody } from './body-job.ts'

/** What the thread is sent: jobs with their numbers, in the order in which they are to be done. */
export type ToThread = readonly (readonly [id: number, job: BodyJob])[]
/** What it sends: that it is there, then each job's result and time as soon as there is one. */
export type FromThread = 'ready' | readonly [id: number, mapped: MappedBody, tookMs: number]

/** Within the thread: does one job after the other. */
export function serveBodies(
  port: MessagePort,
  mapBody: (job: BodyJob) => Promise<MappedBody>,
  clock: Clock,
): void {
  const waiting: [number, BodyJob][] = []
  let working = false

  async function work(): Promise<void> {
    working = true
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const began = clock.monotonic()
      const mapped = await mapBody(next[1])
      const tookMs = clock.monotonic() - began
      const whole = mapped.ok ? [mapped.body.buffer as ArrayBuffer] : []
      port.postMessage([next[0], mapped, tookMs] satisfies FromThread, whole)
    }
    working = false
  }

  port.on('message', (jobs: ToThread) => {
    for (const [id, job] of jobs) waiting.push([id, job])
    if (!working) void work()
  })
  port.postMessage('ready' satisfies FromThread)
}
