import { Counter, Gauge, Registry } from 'prom-client'
import type { WorkerLoss } from '../fleet/workers/worker.ts'
import { createBudgetMetrics } from './budget-metrics.ts'
import { tellBuild } from './build-metrics.ts'
import { createConfigMetrics } from './config-metrics.ts'
import { createEventMetrics } from './event-metrics.ts'
import { createExperimentMetrics } from './experiment-metrics.ts'
import { createIdentityMetrics } from './identity-metrics.ts'
import { createImpactMetrics } from './impact-metrics.ts'
import { collectProcessMetrics } from './process-metrics.ts'
import { createRevocationMetrics } from './revocation-metrics.ts'
import { createRolloutMetrics } from './rollout-metrics.ts'
import { createSecurityMetrics } from './security-metrics.ts'
import { createSessionMetrics } from './session-metrics.ts'
import { createStoreMetrics } from './store-metrics.ts'

const losses: readonly WorkerLoss['why'][] = ['ended', 'failing', 'unresponsive', 'left']

/**
 * What the control plane counts; the rest comes from the data planes, whose process may be this one
 * and is then counted by them.
 */
export function createControlMetrics({ ownProcess }: { readonly ownProcess: boolean }) {
  const registry = new Registry()
  if (ownProcess) collectProcessMetrics(registry)
  tellBuild(registry)
  const registers = [registry]
  const switchBackSeconds = new Gauge({
    name: 'switchback_switch_back_seconds',
    help: 'Seconds from the last trip of a flag to the start of the last request to V2 on any worker of this machine; absent where a worker could not say. Above 1 something held the trip up.',
    labelNames: ['flag'] as const,
    registers,
  })
  const workersLost = new Counter({
    name: 'switchback_worker_deaths_total',
    help: 'Workers that served and were lost, by reason: ended, failing, unresponsive or left. Each costs the clients what it had under way.',
    labelNames: ['reason'] as const,
    registers,
  })
  const announcements = new Counter({
    name: 'switchback_announcements_total',
    help: 'What came of telling a change of a latch, and webhooks of rollouts and security events: unleash, webhook or validation; done, failed, dropped or again.',
    labelNames: ['step', 'result'] as const,
    registers,
  })
  // A counter that begins with its first event shows no increase of it.
  for (const reason of losses) workersLost.inc({ reason }, 0)
  for (const step of ['unleash', 'webhook', 'validation']) {
    for (const result of ['failed', 'dropped']) announcements.inc({ step, result }, 0)
  }

  return {
    registry,
    budgets: createBudgetMetrics(registry),
    config: createConfigMetrics(registry),
    store: createStoreMetrics(registry),
    rollout: createRolloutMetrics(registry),
    experiments: createExperimentMetrics(registry),
    security: createSecurityMetrics(registry),
    revocations: createRevocationMetrics(registry),
    events: createEventMetrics(registry),
    sessions: createSessionMetrics(registry),
    impact: createImpactMetrics(registry),
    /** `ms` null: a worker could not say. */
    switchedBack({ flag }: { readonly flag: string }, ms: number | null): void {
      if (ms === null) switchBackSeconds.remove({ flag })
      else switchBackSeconds.set({ flag }, ms / 1000)
    },
    /** Of the keys by which operators are verified. */
    identity: createIdentityMetrics(registry),
    adminRefusals: new Counter({
      name: 'switchback_admin_refusals_total',
      help: 'Requests to the admin listener that were refused for who asked, by reason.',
      labelNames: ['reason'] as const,
      registers,
    }),
    certificateExpiry: new Gauge({
      name: 'switchback_certificate_expiry_timestamp_seconds',
      help: 'When a certificate that clients, operators or upstreams are shown expires, or the first of its chain: seconds since the Unix epoch.',
      labelNames: ['file'] as const,
      registers,
    }),
    workers: new Gauge({
      name: 'switchback_workers',
      help: 'Worker processes, by state: starting, ready, unresponsive or leaving; none where one process does everything.',
      labelNames: ['state'] as const,
      registers,
    }),
    workersLost,
    pairsLeftOut: new Counter({
      name: 'switchback_shadow_pairs_left_out_total',
      help: 'Pairs that a worker compared and that are not among the differences: unknown-route, another-basis or too-fast.',
      labelNames: ['route', 'reason'] as const,
      registers,
    }),
    announcements,
    v1Callers: new Gauge({
      name: 'switchback_v1_residual_callers',
      help: 'About how many different callers this machine gave V1 today (UTC) on a route that has a V2; off by 6.5 % as a rule.',
      labelNames: ['route'] as const,
      registers,
    }),
  }
}

export type ControlMetrics = ReturnType<typeof createControlMetrics>
