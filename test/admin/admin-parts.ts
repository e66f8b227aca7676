import { once } from 'node:events'
import { request } from 'node:http'
import type { TestContext } from 'node:test'
import type { BusinessSignal } from '../../src/admin/business-signal.ts'
import type { ControlView } from '../../src/admin/control-view.ts'
import { type ChangeLog, createChangeLog } from '../../src/admin/events/change-log.ts'
import type { StreamEnd } from '../../src/admin/events/event-reader.ts'
import type { AdminRefused } from '../../src/admin/require-role.ts'
import { createAdmin } from '../../src/admin/server.ts'
import type { SessionDesk } from '../../src/admin/session/session-desk.ts'
import type { WhoAsks } from '../../src/admin/who-asks.ts'
import type { ExperimentReport } from '../../src/experiment/report.ts'
import type { CertificateStatus } from '../../src/fleet/certificate-status.ts'
import type { GatewayStatus, ShadowedRoute, VerdictReport } from '../../src/fleet/gateway-status.ts'
import { createLatchKeeper } from '../../src/fleet/latch/latch-keeper.ts'
import { latchReports } from '../../src/fleet/latch/latch-report.ts'
import type { PlaneStatus } from '../../src/fleet/planes.ts'
import { createRevocationKeeper } from '../../src/fleet/revocation/revocation-keeper.ts'
import type { RolloutReport } from '../../src/fleet/rollout/rollout-report.ts'
import { verifyChain } from '../../src/fleet/stores/audit-chain.ts'
import * as rules from '../../src/guard/latch-state.ts'
import * as revocationRules from '../../src/identity/revocation.ts'
import type { Gate } from '../../src/rollout/gate.ts'
import type { SecurityReport } from '../../src/security/event.ts'
import type {
  DifferenceAnswer,
  DifferenceRequest,
  ForgetRequest,
  RouteDifferences,
} from '../../src/shadow/finding.ts'
import { openStore, stateDir } from '../fleet/machines.ts'
import { createManualClock, type ManualClock } from '../support/manual-clock.ts'

export interface Reply {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly text: string
  readonly json: ReturnType<typeof JSON.parse>
}

export interface AdminParts {
  readonly port: number
  /** Where the store keeps its file. */
  readonly dir: string
  readonly keeper: ReturnType<typeof createLatchKeeper>
  /** What the stream of changes tells. */
  readonly changes: ChangeLog
  readonly streams: { open: number; readonly ended: StreamEnd[] }
  /** The time of heartbeats. */
  readonly streamClock: ManualClock
  /** Has who may ask changed by a reload. */
  accessChanged(): void
  readonly signals: BusinessSignal[]
  readonly errors: unknown[]
  /** Refusals for who asked, in order. */
  readonly refused: AdminRefused[]
  /** Changes what the status says, beside the latches. */
  readonly shown: Shown
  /** What was asked to be done about differences, in order. */
  readonly asked: (DifferenceRequest | ForgetRequest)[]
  ask(method: string, path: string, options?: AskOptions): Promise<Reply>
}

interface Shown {
  overloads: string[]
  certificates: CertificateStatus[]
  security: SecurityReport
  workers: PlaneStatus[]
  verdicts: VerdictReport[]
  gates: Gate[]
  rollouts: RolloutReport[]
  experiments: ExperimentReport[]
  shadows: ShadowedRoute[]
  differences: RouteDifferences[]
  machine: string
}

interface AskOptions {
  readonly headers?: Record<string, string>
  /** Sent as JSON, a text as it is. */
  readonly body?: unknown
}

/** Where nobody is asked who they are, nobody logs in. */
const nobody = { ok: false, reason: 'token-unknown', name: null, retryAfterMs: 0 } as const
const noSessions: SessionDesk = {
  ways: () => null,
  providerHost: () => null,
  logIn: async () => nobody,
  sendOff: async () => nobody,
  takeBack: async () => nobody,
  logOut: () => {},
  cleared: { session: '', login: '' },
}

/**
 * A real admin listener before a real latch keeper and a real store; closed with the test. Without
 * `whoAsks` nobody is asked who they are.
 */
export async function startAdmin(
  t: TestContext,
  whoAsks: WhoAsks | null = null,
  sessions: SessionDesk = noSessions,
): Promise<AdminParts> {
  const clock = createManualClock(1_000_000)
  const dir = stateDir(t)
  const store = openStore(t, clock, dir)
  const flags = ['v2_migration']
  const keeper = createLatchKeeper({
    local: store,
    shared: null,
    rules,
    clock,
    flags: () => flags,
    broadcast: () => {},
    onChange: () => {},
    audit: note =>
      void store.appendAudit({ ...note, at: clock.now(), machine: 'm1', configVersion: 'c1' }),
    log: { info: () => {}, warn: () => {} },
  })
  await keeper.start()
  const revocations = createRevocationKeeper({
    local: store,
    shared: null,
    rules: revocationRules,
    clock,
    maxEntries: 3,
    maxTokenLifetimeSeconds: 3600,
    broadcast: () => {},
    onBad: () => {},
    onWaiting: () => {},
    audit: note =>
      void store.appendAudit({ ...note, at: clock.now(), machine: 'm1', configVersion: 'c1' }),
  })
  await revocations.start()
  const signals: BusinessSignal[] = []
  const errors: unknown[] = []
  const refused: AdminRefused[] = []
  const asked: AdminParts['asked'] = []
  const shown: Shown = {
    overloads: [],
    certificates: [],
    security: { lasting: [], ended: [] },
    workers: [],
    verdicts: [],
    gates: [],
    rollouts: [],
    experiments: [],
    shadows: [],
    differences: [],
    machine: 'm1',
  }
  const latches = () =>
    latchReports({
      rules,
      flags,
      held: keeper.latches(),
      workers: shown.workers,
      announcements: () => [],
    })

  function take(request: DifferenceRequest | ForgetRequest): DifferenceAnswer {
    const known = shown.differences.some(({ route }) => route === request.route)
    if (!known) return { done: false, refusal: 'unknown-route', text: 'Cannot: unknown route' }
    if ('at' in request && request.at === '/gone') {
      return { done: false, refusal: 'unknown-difference', text: 'Cannot: nothing like it' }
    }
    asked.push(request)
    return { done: true, shared: 'none', text: `${request.who} said so: ${request.why}` }
  }

  const changes = createChangeLog({ machine: 'm1', epoch: 'e1' })
  const streams: AdminParts['streams'] = { open: 0, ended: [] }
  const control: ControlView = {
    events: {
      ...{ changes, clock },
      onReaders: count => {
        streams.open = count
      },
      onEnded: why => streams.ended.push(why),
    },
    status: async (): Promise<GatewayStatus> => ({
      machine: shown.machine,
      at: clock.now(),
      ready: true,
      config: { version: 'c1', error: null },
      overloads: shown.overloads,
      certificates: shown.certificates,
      security: shown.security,
      stores: { local: store.status(), shared: null, leads: null },
      revocations: revocations.status(),
      latches: latches(),
      verdicts: shown.verdicts,
      gates: shown.gates,
      rollouts: shown.rollouts,
      experiments: shown.experiments,
      shadows: shown.shadows,
      workers: shown.workers,
      processes: [],
    }),
    latches: async () => latches(),
    verdicts: () => shown.verdicts,
    security: () => shown.security,
    gates: signal => shown.gates.filter(gate => signal === null || gate.signal === signal),
    explain: async () => null,
    simulate: async () => null,
    rollouts: () => shown.rollouts,
    experiments: () => shown.experiments,
    pushValues: async (name, values) => {
      const isKnown = shown.experiments.some(each => each.name === name)
      if (!isKnown) return { taken: false, refusal: 'no-experiment', text: 'Cannot: no experiment' }
      return { taken: true, added: values.length, unknown: 0, late: 0 }
    },
    restartExperiment: async (name, who) => {
      const report = shown.experiments.find(each => each.name === name)
      if (report === undefined) {
        return { done: false, refusal: 'no-experiment', text: 'Cannot: no experiment' }
      }
      return { done: true, report, text: `${who} began ${name} anew` }
    },
    sayToRollout: async ({ flag, action, who }) => {
      const report = shown.rollouts.find(each => each.flag === flag)
      if (report === undefined) {
        return { done: false, refusal: 'no-rollout', text: `Cannot: no rollout of ${flag}` }
      }
      return { done: true, report, shared: 'none', text: `${who} said ${action}` }
    },
    differences: () => shown.differences,
    acknowledge: async request => take(request),
    forget: async request => take(request),
    change: keeper.change,
    readAudit: async (after, limit) => ({
      from: store.kind,
      records: await store.readAudit(after, limit),
    }),
    readAuditBefore: async (before, limit) => ({
      from: store.kind,
      records: await store.readAuditBefore(before, limit),
    }),
    verifyAudit: async () => ({
      from: store.kind,
      verdict: verifyChain(await store.readAudit(0, 1000)),
    }),
    series: async () => ({
      ...{ found: false, refusal: 'unknown-route', text: 'Cannot tell of the past: no route' },
    }),
    signal(signal) {
      if (signal.name !== 'revenue') {
        return { taken: false, refusal: 'unknown-name', text: 'Cannot take it' }
      }
      signals.push(signal)
      return { taken: true, budgets: 1 }
    },
    revoke: revocations.revoke,
    revocations: (after, limit) => ({
      ...revocations.status(),
      revocations: revocations.page(after, limit),
    }),
    v1Residual: async () => ({
      ...{ from: '2026-11-21', until: '2026-11-21', machines: 1, unread: 0 },
      ...{ routes: [], withoutV2: [] },
    }),
    decisions: async () => ({
      ...{ at: clock.now(), config: 'c1', kept: 0, leftOut: 0, unheard: 0 },
      decisions: [],
    }),
    onError: error => errors.push(error),
  }
  const admin = createAdmin({
    config: { host: '127.0.0.1', port: 0 },
    tls: null,
    networkOf: address => address,
    access: { whoAsks: () => whoAsks, onRefused: each => refused.push(each) },
    sessions,
    view: {
      ready: () => true,
      metrics: async () => ({ contentType: 'text/plain', body: 'up 1\n' }),
      config: () => ({}),
      flags: async () => null,
    },
    control,
  })
  const port = await admin.listen()
  t.after(async () => {
    await admin.close()
    await keeper.close()
    await revocations.close()
  })
  const ask: AdminParts['ask'] = async (method, path, { headers = {}, body } = {}) => {
    const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const type = sent === undefined ? {} : { 'content-type': 'application/json' }
    const asking = request({ port, method, path, headers: { ...type, ...headers }, agent: false })
    asking.end(sent)
    const [answer] = await once(asking, 'response')
    let text = ''
    for await (const chunk of answer.setEncoding('utf8')) text += chunk
    const isJson = text !== '' && /json/.test(answer.headers['content-type'] ?? '')
    const json = isJson ? JSON.parse(text) : null
    return { status: answer.statusCode, headers: answer.headers, text, json }
  }
  const { accessChanged } = admin
  return {
    port,
    dir,
    keeper,
    changes,
    streams,
    streamClock: clock,
    accessChanged,
    signals,
    errors,
    refused,
    shown,
    asked,
    ask,
  }
}
