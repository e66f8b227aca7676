import { createHash, createHmac } from 'node:crypto'
import type { WebhookConfig } from '../../config/schema-fleet.ts'
import type { LatchState } from '../../guard/latch-state.ts'
import type { V1Finding } from './v1-finding.ts'

/** What a webhook is told. */
export interface WebhookEvent {
  readonly event: WebhookConfig['events'][number]
  /** The whole of it in a sentence. */
  readonly text: string
  readonly machine: string
  /** Wall-clock milliseconds. */
  readonly at: number
  readonly latch: LatchState
  /** How V1 bears its traffic, of `validated` only. */
  readonly v1: V1Finding | null
}

/**
 * Names one telling of one event to one address: the same over retries, restarts and machines, so that
 * a receiver knows what it has had already.
 */
export function deliveryId({ event, latch }: WebhookEvent, url: string): string {
  const parts = [event, latch.flag, latch.version, url]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

/** The body that the receiver understands. */
export function webhookBody(event: WebhookEvent, { url, format }: WebhookConfig): string {
  if (format === 'json') return JSON.stringify({ delivery: deliveryId(event, url), ...event })
  const text = forSlack(event.text)
  return JSON.stringify({
    text,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: `*${heads[event.event]}*\n${text}` } },
      {
        type: 'context',
        elements: [
          { type: 'mrkdwn', text: forSlack(`${event.machine}, version ${event.latch.version}`) },
        ],
      },
    ],
  })
}

const heads: Readonly<Record<WebhookEvent['event'], string>> = {
  tripped: 'Switched back to V1',
  resumed: 'V2 is allowed again',
  validated: 'V1 after the switch back',
}

/** Slack reads &, < and > as its own; nobody may be called by a note (`<!channel>`). */
function forSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** `t=<seconds>,v1=<HMAC-SHA256 in hex over "t.body">`: the time is signed, so that old ones can be refused. */
export function signatureOf(body: string, secret: string, now: number): string {
  const seconds = Math.floor(now / 1000)
  const mac = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
  return `t=${seconds},v1=${mac}`
}
