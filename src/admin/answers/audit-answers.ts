import type { ChainVerdict, Link } from '../../fleet/stores/audit-chain.ts'
import type { AuditEntry, AuditRecord, Store } from '../../fleet/stores/store.ts'
import type { AuditPage } from '../control-view.ts'
import {
  always,
  anything,
  count,
  fieldsOf,
  listOf,
  moment,
  named,
  orNull,
  type SchemaOf,
  text,
  words,
} from './schema-of.ts'

const from = words<Store['kind']>({ embedded: true, redis: true })

const event = words<AuditEntry['event']>({
  'config-applied': true,
  'latch-tripped': true,
  'latch-resumed': true,
  'latch-learned': true,
  'latch-settled': true,
  drill: true,
  'unleash-turned-off': true,
  'unleash-turned-on': true,
  'unleash-failed': true,
  'webhook-delivered': true,
  'webhook-failed': true,
  'v1-validated': true,
  'store-lost': true,
  'store-back': true,
  'worker-died': true,
  'difference-acknowledged': true,
  'difference-counted-again': true,
  'differences-forgotten': true,
  'security-event': true,
  'token-revoked': true,
  'rollout-stage-begun': true,
  'rollout-moved-by-hand': true,
  'rollout-move-lost': true,
  'rollout-promoted': true,
  'rollout-word': true,
  'experiment-begun': true,
  'experiment-verdict': true,
})

const record = named<AuditRecord>('AuditRecord', {
  event,
  at: moment,
  who: text,
  machine: text,
  subject: orNull(text),
  why: text,
  evidence: orNull(anything),
  configVersion: text,
  seq: count,
  previous: text,
  hash: text,
})

export const auditPage = fieldsOf<AuditPage>({ from, records: listOf(record) })

const whole = fieldsOf<Extract<ChainVerdict, { ok: true }>>({
  ok: always(true),
  from: orNull(count),
  head: fieldsOf<Link>({ seq: count, hash: text }),
})

const broken = fieldsOf<Extract<ChainVerdict, { ok: false }>>({
  ok: always(false),
  seq: count,
  reason: words({ changed: true, missing: true, unlinked: true }),
})

const verdict: SchemaOf<ChainVerdict> = { oneOf: [whole, broken] }

export const auditProof = fieldsOf<{ from: Store['kind']; verdict: ChainVerdict }>({
  from,
  verdict,
})
