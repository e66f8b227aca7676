import type { Clock } from '../../clock.ts'
import type { Store } from './store.ts'

/** Milliseconds until what could not be sent is tried again. */
const retryMs = 1000

/** Records read from the local store at a time. */
const pageSize = 100

const cursorKey = 'audit-shipped'

/**
 * Sends the audit of this machine on to the shared store, in order. The local store is the backlog,
 * with its own bound, and remembers how far it got: what was written while the shared store was away,
 * or just before this process was killed, is sent when both are there. A record whose acknowledgement
 * got lost is sent again and stands there twice.
 */
export function createAuditShipping(local: Store, shared: Store, clock: Clock) {
  let behind = true
  let shipping: Promise<void> | null = null

  async function shipPages(): Promise<void> {
    let sent = Number((await local.recall(cursorKey)) ?? 0)
    for (;;) {
      const page = await local.readAudit(sent, pageSize)
      if (page.length === 0) return
      for (const { seq, previous: _, hash: __, ...entry } of page) {
        await shared.appendAudit(entry)
        await local.remember(cursorKey, String(seq))
        sent = seq
      }
    }
  }

  async function shipAll(): Promise<void> {
    try {
      while (behind) {
        // Whatever is appended from here on asks for another round.
        behind = false
        await shipPages()
      }
    } catch {
      // The store that is down says so itself; the next round begins where this one ended.
      behind = true
    }
  }

  function ship(): Promise<void> {
    shipping ??= shipAll().finally(() => {
      shipping = null
    })
    return shipping
  }

  const stop = clock.every(retryMs, () => {
    if (behind) void ship()
  })

  return {
    /** Something was appended; resolves when it was sent, or could not be. */
    ship(): Promise<void> {
      behind = true
      return ship()
    },
    async close(): Promise<void> {
      stop()
      await shipping
    },
  }
}
