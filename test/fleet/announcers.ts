import type { TestContext } from 'node:test'
import type { Clock } from '../../src/clock.ts'
import type { WebhookConfig } from '../../src/config/schema-fleet.ts'
import type { Audience } from '../../src/fleet/announce/announcement-steps.ts'
import { createAnnouncer } from '../../src/fleet/announce/announcer.ts'
import type { V1Eyes } from '../../src/fleet/announce/watch-v1.ts'
import type { AuditNote } from '../../src/fleet/stores/audit-note.ts'
import { createFleet } from '../../src/fleet/stores/fleet.ts'
import { createFleetMemory } from '../../src/fleet/stores/fleet-memory.ts'
import type { Store } from '../../src/fleet/stores/store.ts'

export interface AnnouncerOptions {
  readonly machine?: string
  readonly clock: Clock
  readonly local: Store
  readonly shared?: Store
  readonly audience?: Partial<Audience>
  readonly v1?: V1Eyes
}

/** An announcer on real stores that writes down what it audits and counts; closed with the test. */
export function announcer(t: TestContext, options: AnnouncerOptions) {
  const { machine = 'machine-a', clock, local, shared = null, audience = {} } = options
  const audit: AuditNote[] = []
  const counts: string[] = []
  const fleet = createFleet({ local, shared, clock })
  const made = createAnnouncer({
    machine,
    holder: `${machine}-1`,
    clock,
    memory: createFleetMemory(local, shared),
    lease: fleet,
    audience: () => ({ webhooks: [], unleash: null, ...audience }),
    v1: options.v1 ?? {
      counts: () => ({ requests: 0, failed: 0 }),
      health: async () => ({ healthy: 0, unhealthy: 0 }),
    },
    audit: note => audit.push(note),
    count: (step, result) => counts.push(`${step} ${result}`),
    log: { error: details => counts.push(`error ${JSON.stringify(details)}`) },
  })
  t.after(async () => {
    await made.close()
    await fleet.close()
  })
  return { announcer: made, audit, counts }
}

/** A webhook that is told of switch backs and resumes, and not of V1. */
export function hook(url: string, more: Partial<WebhookConfig> = {}): WebhookConfig {
  return { url, format: 'json', events: ['tripped', 'resumed'], ...more }
}
