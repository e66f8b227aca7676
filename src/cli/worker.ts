import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { after, systemClock } from '../clock.ts'
import { servePrimary } from '../fleet/workers/serve-primary.ts'
import { linkToPrimary } from '../fleet/workers/worker-channel.ts'
import { buildGateway } from '../gateway.ts'
import { createLog } from '../telemetry/log.ts'

/** Milliseconds that what is still open after the last request may keep the process. */
const lastMs = 1000

/** `switchback worker`: what `start` runs in each process of `workers`; not for people. Exit code 0 when it left in order. */
export async function worker(): Promise<number> {
  // They go to the whole process group; when to leave is the primary's to say.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  let log = null as ReturnType<typeof createLog> | null

  const inOrder = await servePrimary({
    link: linkToPrimary(process),
    async build({ worker, snapshot, latches, revocations }, control) {
      log = createLog(snapshot.process.log.level)
      return buildGateway({
        snapshot,
        latches,
        revocations,
        control,
        clock: systemClock,
        log: log.log.child({ worker }),
        randomBytes,
        instanceId: `${hostname()}-${process.pid}`,
        machine: hostname(),
        pid: process.pid,
      })
    },
    onFailure(fail) {
      process.on('uncaughtException', error => {
        log?.log.fatal({ err: error }, 'something broke in this worker: it leaves')
        fail(error)
      })
    },
  })
  log?.close()
  after(systemClock, lastMs, () => process.exit())
  return inOrder ? 0 : 1
}
