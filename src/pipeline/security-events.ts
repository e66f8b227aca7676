import type { Clock } from '../clock.ts'
import type { ProcessConfig } from '../config/schema-process.ts'
import { createWebhookCalls } from '../fleet/announce/webhook-calls.ts'
import type { WriteAudit } from '../fleet/stores/audit-note.ts'
import type { Counts } from '../guard/observation.ts'
import { clientNetwork, plainAddress } from '../ingress/peers.ts'
import { createDetector } from '../security/detector.ts'
import type { SecurityNews } from '../security/event.ts'
import { newsInWords } from '../security/in-words.ts'
import type { SecurityKind } from '../security/kinds.ts'
import { maskedClient } from '../security/masked-client.ts'
import type { ControlMetrics } from '../telemetry/control-metrics.ts'
import type { Logger } from '../telemetry/log.ts'
import { createSecurityLog } from '../telemetry/security-log.ts'

export interface SecurityEventsDeps {
  readonly process: () => Pick<ProcessConfig, 'security' | 'webhooks'>
  readonly clock: Clock
  readonly machine: string
  readonly audit: WriteAudit
  readonly metrics: Pick<ControlMetrics, 'security' | 'announcements'>
  readonly log: Logger
}

/** Milliseconds between two looks at the events that last; those that begin wait for none. */
const tickMs = 1000

/**
 * Finds security events in the refusals of this machine, and tells of them: log, metrics, audit and
 * the webhooks that ask for it. What is kept for good or leaves the machine has clients masked.
 */
export function createSecurityEvents(deps: SecurityEventsDeps) {
  const { process, clock, machine, audit, metrics } = deps
  const detector = createDetector(process().security.events)
  const writeLog = createSecurityLog(deps.log)
  const calls = createWebhookCalls({
    ...{ machine, clock, log: deps.log },
    webhooks: () => process().webhooks,
    count: result => metrics.announcements.inc({ step: 'webhook', result }),
  })
  metrics.security.watch(() => detector.report().lasting)

  function tell(news: SecurityNews): void {
    const { step, event } = news
    writeLog(news, newsInWords(news, event.client))
    if (step === 'lasts') return
    if (step === 'began') metrics.security.began(event)
    const client = event.client === null ? null : maskedClient(event.client)
    const masked = { step, event: { ...event, client } }
    const text = newsInWords(news, client)
    audit({
      event: 'security-event',
      who: machine,
      subject: null,
      why: text,
      evidence: { step, ...masked.event },
    })
    calls.tell(text, { event: 'security', security: masked })
  }

  function refused(counts: Counts): void {
    detector.take(counts, moment()).forEach(tell)
  }

  const moment = () => ({ now: clock.monotonic(), at: clock.now() })
  const stop = clock.every(tickMs, () => detector.tick(moment()).forEach(tell))

  return {
    /** Takes a report of a worker. */
    refused,
    /** One more of a kind that this process sees by itself. */
    saw: (kind: SecurityKind, address: string): void =>
      refused({ [kind]: 1, [`${kind} ${clientNetwork(plainAddress(address))}`]: 1 }),
    report: detector.report,
    /** Judges by the rules in force now. */
    replace: (): void => detector.replace(process().security.events),
    async close(): Promise<void> {
      stop()
      await calls.close()
    },
  }
}

export type SecurityEvents = ReturnType<typeof createSecurityEvents>
