import { systemClock } from '../../src/clock.ts'
import { createEmbeddedStore } from '../../src/fleet/stores/embedded-store.ts'
import { latch } from './store-states.ts'

/** Run as a process, to be killed: puts a trip and an audit record, says so, and goes on until then. */
const [dir = '', from = ''] = process.argv.slice(2)
const store = createEmbeddedStore({ dir, clock: systemClock })
for (let version = Number(from); ; version++) {
  // What counts is that the work is done when the call returns, so nothing is awaited.
  store.putLatch(latch({ version })).catch(fail)
  store
    .appendAudit({
      event: 'latch-tripped',
      at: 0,
      who: 'test',
      machine: 'test',
      subject: 'v2_migration',
      why: `version ${version}`,
      evidence: null,
      configVersion: 'c1',
    })
    .catch(fail)
  process.stdout.write(`put ${version}\n`)
}

function fail(error: Error): never {
  process.stdout.write(`failed: ${error.message}\n`)
  process.exit(1)
}
