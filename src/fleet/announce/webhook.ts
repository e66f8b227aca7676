import type { Clock } from '../../clock.ts'
import type { WebhookConfig } from '../../config/schema-fleet.ts'
import type { Attempt } from './attempts.ts'
import { attemptOf, call } from './outgoing-call.ts'
import { deliveryId, signatureOf, type WebhookEvent, webhookBody } from './webhook-event.ts'

/** Tells one address of one event, once; the signature is of this attempt, the delivery of all. */
export async function postWebhook(
  clock: Clock,
  config: WebhookConfig,
  event: WebhookEvent,
  signal: AbortSignal,
): Promise<Attempt> {
  const { url, secret } = config
  const body = webhookBody(event, config)
  const signed =
    secret === undefined ? {} : { 'x-switchback-signature': signatureOf(body, secret, clock.now()) }
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'switchback',
    'x-switchback-event': event.event,
    'x-switchback-delivery': deliveryId(event, url),
    ...signed,
  }
  const answer = await call(clock, { url, method: 'POST', headers, body, reads: false }, signal)
  return attemptOf(answer, 'delivered')
}
