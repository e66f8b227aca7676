import type { UnleashAdminConfig, WebhookConfig } from '../../config/schema-fleet.ts'
import type { LatchState } from '../../guard/latch-state.ts'
import type { LatchHappening } from './webhook-event.ts'

/** Whom a change of a latch has to be told, by the configuration in force. */
export interface Audience {
  readonly webhooks: readonly WebhookConfig[]
  /** Null: Unleash is not told. */
  readonly unleash: UnleashAdminConfig | null
}

/** One thing to do about a change. */
export type AnnouncementStep = {
  /** Names it among all steps of the change, the same on every machine. */
  readonly key: string
  /** What operators see; of an address only where it leads, since the rest may be a secret. */
  readonly target: string
} & (
  | { readonly kind: 'unleash'; readonly unleash: UnleashAdminConfig; readonly to: 'on' | 'off' }
  | { readonly kind: 'validation' }
  | {
      readonly kind: 'webhook'
      readonly webhook: WebhookConfig
      readonly event: LatchHappening
    }
)

/** Everything that is to be done about a change; a webhook told of `validated` waits for the validation. */
export function announcementSteps(
  { flag, state }: LatchState,
  { webhooks, unleash }: Audience,
): AnnouncementStep[] {
  const steps: AnnouncementStep[] = []
  if (unleash !== null) {
    const to = state === 'tripped' ? 'off' : 'on'
    steps.push({ kind: 'unleash', key: 'unleash', target: flag, unleash, to })
  }
  const happened: readonly LatchHappening[] =
    state === 'tripped' ? ['tripped', 'validated'] : ['resumed']
  for (const event of happened) {
    for (const [index, webhook] of webhooks.entries()) {
      if (!webhook.events.includes(event)) continue
      const target = `${event} to ${new URL(webhook.url).origin} (webhook ${index + 1})`
      steps.push({ kind: 'webhook', key: `${event}/${webhook.url}`, target, webhook, event })
    }
  }
  if (state === 'tripped') steps.push({ kind: 'validation', key: 'validation', target: 'V1' })
  return steps
}
