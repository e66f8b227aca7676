/**
 * The load, in a process of its own: each message is a `Burst` to be sent, and is answered with its
 * `BurstResult` when the last request has ended.
 */
import { type Burst, playBurst } from './burst.ts'
import { openConnection } from './connection.ts'

process.on('message', async (burst: Burst) => {
  const open = openConnection.bind(null, burst)
  process.send?.(await playBurst(burst, { open, now: () => performance.now() }))
})
process.on('disconnect', () => process.exit())
