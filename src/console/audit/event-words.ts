import type { AuditEntry } from '../../fleet/stores/store.ts'

/** Every word that the audit has for what happened. */
const words: Readonly<Record<AuditEntry['event'], true>> = {
  'latch-tripped': true,
  'latch-resumed': true,
  'latch-learned': true,
  'latch-settled': true,
  'v1-validated': true,
  drill: true,
  'rollout-stage-begun': true,
  'rollout-moved-by-hand': true,
  'rollout-move-lost': true,
  'rollout-promoted': true,
  'rollout-word': true,
  'experiment-begun': true,
  'experiment-verdict': true,
  'difference-acknowledged': true,
  'difference-counted-again': true,
  'differences-forgotten': true,
  'config-applied': true,
  'unleash-turned-off': true,
  'unleash-turned-on': true,
  'unleash-failed': true,
  'webhook-delivered': true,
  'webhook-failed': true,
  'store-lost': true,
  'store-back': true,
  'worker-died': true,
  'security-event': true,
  'token-revoked': true,
}

/** In the order in which they are offered: what moves traffic first. */
export const eventWords = Object.keys(words)
