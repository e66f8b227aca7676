import type { Fault } from '../../config/fault.ts'
import type { ToldStatus } from '../../config/refused-in-words.ts'
import type { CertificateStatus } from '../../fleet/certificate-status.ts'
import type {
  ConfigStatus,
  CopyTotals,
  GatewayStatus,
  ShadowedRoute,
  StoresStatus,
} from '../../fleet/gateway-status.ts'
import type { StoreStatus } from '../../fleet/stores/store.ts'
import type { BudgetVerdict } from '../../guard/verdict.ts'
import { experimentReports } from './experiment-answers.ts'
import { gate, verdict } from './judging-answers.ts'
import { latchReport } from './latch-answers.ts'
import { revocationsStatus } from './revocation-answers.ts'
import { rolloutReport } from './rollout-answers.ts'
import {
  count,
  countsOf,
  fieldsOf,
  listOf,
  moment,
  named,
  number,
  optional,
  orNull,
  text,
  truth,
  words,
} from './schema-of.ts'
import { securityReport } from './security-answers.ts'
import { workerProcess, workerStatus } from './worker-answers.ts'

const certificate = named<CertificateStatus>('Certificate', {
  shownTo: words({ clients: true, operators: true, upstreams: true }),
  file: text,
  names: listOf(text),
  expiresAt: moment,
  state: words({ good: true, expiring: true, expired: true }),
})

const store = named<StoreStatus>('StoreStatus', { up: truth, since: moment, error: orNull(text) })

const totals = fieldsOf<CopyTotals>({
  eligible: count,
  sent: count,
  dropped: countsOf<CopyTotals['dropped']>(),
  failed: countsOf<CopyTotals['failed']>(),
})

const shadowed = named<ShadowedRoute>('ShadowedRoute', {
  route: text,
  shadow: totals,
  noise: totals,
  compared: count,
  notCompared: count,
  mismatchRate: orNull(number),
  real: count,
  worst: orNull(text),
})

/** Verdicts are shown whole, beyond the glance that the status promises. */
export type ShownStatus = Omit<GatewayStatus, 'verdicts'> & {
  readonly verdicts: readonly BudgetVerdict[]
}

export const gatewayStatus = named<ShownStatus>('GatewayStatus', {
  machine: text,
  at: moment,
  ready: truth,
  config: fieldsOf<ConfigStatus>({ version: text, error: orNull(text) }),
  overloads: listOf(text),
  certificates: listOf(certificate),
  security: securityReport,
  stores: fieldsOf<StoresStatus>({ local: store, shared: orNull(store), leads: orNull(truth) }),
  revocations: revocationsStatus,
  latches: listOf(latchReport),
  verdicts: listOf(verdict),
  gates: listOf(gate),
  rollouts: listOf(rolloutReport),
  experiments: experimentReports,
  shadows: listOf(shadowed),
  workers: listOf(workerStatus),
  processes: listOf(workerProcess),
})

const fault = named<Fault>('Fault', {
  file: text,
  line: count,
  column: count,
  field: text,
  rule: text,
  received: orNull(text),
  hint: optional(text),
})

/** The error stands there as its message. */
export const configInForce = fieldsOf<ToldStatus>({
  version: orNull(text),
  loadedAt: orNull(moment),
  lastAttemptAt: orNull(moment),
  lastResult: orNull(words({ applied: true, unchanged: true, refused: true })),
  faults: listOf(fault),
  error: orNull(text),
})
