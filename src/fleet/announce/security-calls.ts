import type { Clock } from '../../clock.ts'
import type { WebhookConfig } from '../../config/schema-fleet.ts'
import type { SecurityNews } from '../../security/event.ts'
import { attempts } from './attempts.ts'
import { postWebhook } from './webhook.ts'

export interface SecurityCallsDeps {
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
 * Tells webhooks of this machine's security events. Each machine tells its own, and after a restart
 * nobody goes on: an event that matters lasts, or stands in the audit.
 */
export function createSecurityCalls({ machine, clock, webhooks, count, log }: SecurityCallsDeps) {
  const closing = new AbortController()
  const underWay = new Set<Promise<void>>()
  let told = 0

  async function call(webhook: WebhookConfig, text: string, security: SecurityNews): Promise<void> {
    const nth = ++told
    const event = { event: 'security', text, machine, at: clock.now(), nth, security } as const
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
    log.warn(
      { webhook: origin, why: over.text, told: text },
      'a webhook heard of no security event',
    )
  }

  return {
    /** Waits for nobody. Clients in it leave the machine: the caller has masked them. */
    tell(text: string, news: SecurityNews): void {
      for (const webhook of webhooks()) {
        if (!webhook.events.includes('security')) continue
        if (underWay.size >= mostUnderWay) {
          count('dropped')
          continue
        }
        const calling = call(webhook, text, news).finally(() => underWay.delete(calling))
        underWay.add(calling)
      }
    },
    async close(): Promise<void> {
      closing.abort()
      await Promise.all(underWay)
    },
  }
}
