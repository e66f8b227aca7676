import { createHash, createHmac } from 'node:crypto'
import type { WebhookConfig } from '../../config/schema-fleet.ts'
import type { LatchState } from '../../guard/latch-state.ts'
import type { SecurityNews } from '../../security/event.ts'
import type { RolloutTold } from '../rollout/rollout-news.ts'
import type { V1Finding } from './v1-finding.ts'

/** What a webhook may be told of a latch. */
export type LatchHappening = Exclude<WebhookConfig['events'][number], SoleEvent['event']>

/** What a webhook is told. */
export type WebhookEvent = LatchEvent | SoleCall

/** What is told by the process that saw it, and by no other. */
export type SoleEvent =
  | { readonly event: 'security'; readonly security: SecurityNews }
  | { readonly event: 'rollout'; readonly rollout: RolloutTold }

interface LatchEvent {
  readonly event: LatchHappening
  /** The whole of it in a sentence. */
  readonly text: string
  readonly machine: string
  /** Wall-clock milliseconds. */
  readonly at: number
  readonly latch: LatchState
  /** How V1 bears its traffic, of `validated` only. */
  readonly v1: V1Finding | null
}

type SoleCall = SoleEvent &
  Pick<LatchEvent, 'text' | 'machine' | 'at'> & {
    /** Counts the calls of a process about its events of this kind. */
    readonly nth: number
  }

/**
 * Names one telling of one event to one address: the same over retries, restarts and machines, so that
 * a receiver knows what it has had already.
 */
export function deliveryId(told: WebhookEvent, url: string): string {
  const parts =
    'latch' in told
      ? [told.event, told.latch.flag, told.latch.version, url]
      : [told.event, told.machine, told.at, told.nth, url]
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
        elements: [{ type: 'mrkdwn', text: forSlack(fromWhom(event)) }],
      },
    ],
  })
}

function fromWhom(event: WebhookEvent): string {
  const { machine } = event
  return 'latch' in event ? `${machine}, version ${event.latch.version}` : machine
}

const heads: Readonly<Record<WebhookEvent['event'], string>> = {
  tripped: 'Switched back to V1',
  resumed: 'V2 is allowed again',
  validated: 'V1 after the switch back',
  security: 'Security event',
  rollout: 'Rollout',
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
