import type { TestContext } from 'node:test'
import { pause, systemClock } from '../../src/clock.ts'
import { createRedisStore } from '../../src/fleet/stores/redis-store.ts'
import type { Place } from './store-contract.ts'

/** Stores on one Redis; its time is its own, and has to be waited for. */
export function redisPlace(t: TestContext, url: string, prefix = 'switchback'): Place {
  return {
    open(options = { keptAudit: 1000 }) {
      // Long enough for a machine that is busy with other things.
      const store = createRedisStore({
        url,
        prefix,
        timeoutMs: 5000,
        clock: systemClock,
        ...options,
      })
      t.after(() => store.close())
      return store
    },
    pass: milliseconds => pause(systemClock, milliseconds),
  }
}
