import { systemClock } from '../../src/clock.ts'
import { createEmbeddedStore } from '../../src/fleet/stores/embedded-store.ts'

/** Run as a process of its own: opens a store as a user whom file modes bind, unlike root. */
if (process.getuid?.() === 0) process.setuid?.(65534)
try {
  createEmbeddedStore({ dir: process.argv[2] ?? '', clock: systemClock })
  process.stdout.write('opened\n')
} catch (error) {
  process.stdout.write(`${(error as Error).message}\n`)
}
