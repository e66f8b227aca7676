import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEmbeddedStore } from '../../src/fleet/stores/embedded-store.ts'
import type { Store } from '../../src/fleet/stores/store.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { contract } from './store-contract.ts'

contract({
  kind: 'embedded',
  sharesCounts: false,
  async place(t) {
    const dir = await mkdtemp(join(tmpdir(), 'switchback-store-'))
    const clock = createManualClock()
    const opened: Store[] = []
    t.after(async () => {
      for (const store of opened) await store.close()
      await rm(dir, { recursive: true })
    })
    return {
      open(options = { keptAudit: 1000 }) {
        const store = createEmbeddedStore({ dir, clock, ...options })
        opened.push(store)
        return store
      },
      async pass(milliseconds) {
        clock.advance(milliseconds)
      },
    }
  },
})
