import type { Clock } from '../../clock.ts'
import type { WebhookConfig } from '../../config/schema-fleet.ts'
import { attempts } from './attempts.ts'
import { postWebhook } from './webhook.ts'
import type { SoleEvent } from './webhook-event.ts'

export interface WebhookCallsDeps {
  readonly machine: string
  readonly clock: Clock
  /** Asked anew for each event. */
  readonly webhooks: () => readonly WebhookConfig[]
  readonly count: (result: 'done' | 'failed' | 'dropped' | 'again') => void
  readonly log: { warn(details: object, message: string): void }
}

/** Calls at once; what there is no room for is dropped, and stands in log and audit all the same. */
export const mostUnderWay = 32

/**
 * Tells webhooks of what this machine alone saw or did: its security events, and the rollouts that it
 * moves while it leads. After a restart nobody goes on: what matters lasts, and stands in the audit.
 */
export function createWebhookCalls({ machine, clock, webhooks, count, log }: WebhookCallsDeps) {
  const closing = new AbortController()
  const underWay = new Set<Promise<void>>()
  let told = 0

  async function call(webhook: WebhookConfig, text: string, seen: SoleEvent): Promise<void> {
    const nth = ++told
    const event = { ...seen, text, machine, at: clock.now(), nth }
    const { signal } = closing
    const over = await attempts({
      clock,
      signal,
      attempt: () => postWebhook(clock, webhook, event, signal),
      onRetry: () => count('again'),
    })
    if (over === null) return
    count(over.result === 'done' ? 'done' : 'failed')
    if (over.result === 'done') return
    const { origin } = new URL(webhook.url)
    const { event: what } = seen
    log.warn({ webhook: origin, why: over.text, told: text }, `a webhook heard nothing of ${what}`)
  }

  return {
    /** Waits for nobody. Clients in it leave the machine: the caller has masked them. */
    tell(text: string, seen: SoleEvent): void {
      for (const webhook of webhooks()) {
        if (!webhook.events.includes(seen.event)) continue
        if (underWay.size >= mostUnderWay) {
          count('dropped')
          continue
        }
        const calling = call(webhook, text, seen).finally(() => underWay.delete(calling))
        underWay.add(calling)
      }
    },
    async close(): Promise<void> {
      closing.abort()
      await Promise.all(underWay)
    },
  }
}
