import { type Clock, pause } from '../../../clock.ts'
import type { PlaneStatus } from '../../../fleet/planes.ts'
import type { ShadowStatus } from '../../../shadow/account.ts'
import { exampleRoute } from '../example.ts'

/** Follows what became of the copies of the example's route. */
export function createCopyCounts(clock: Clock, status: () => Promise<readonly PlaneStatus[]>) {
  let before = { copied: 0, twice: 0 }

  async function account(): Promise<ShadowStatus | null> {
    const [plane] = await status()
    return plane?.routes.find(({ route }) => route === exampleRoute)?.shadow ?? null
  }

  return {
    /** Copies sent since the last call. */
    async takeSent() {
      const now = await account()
      const all = { copied: now?.shadow.sent ?? 0, twice: now?.noise.sent ?? 0 }
      const since = { copied: all.copied - before.copied, twice: all.twice - before.twice }
      before = all
      return since
    },
    /** All of it, once no copy is under way any more, which the time that each has bounds. */
    async settled(): Promise<ShadowStatus | null> {
      for (;;) {
        const now = await account()
        if (now === null || now.inFlight === 0) return now
        await pause(clock, 50)
      }
    },
  }
}
