import { createHmac } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { LinkedRoute, Snapshot } from '../config/snapshot.ts'
import type { LinkedUpstream } from '../config/upstream-tls.ts'
import type { ExperimentReport } from '../experiment/report.ts'
import type { UserReport } from '../experiment/user-tally.ts'
import type { WriteAudit } from '../fleet/stores/audit-note.ts'
import type { ControlMetrics } from '../telemetry/control-metrics.ts'
import type { Logger } from '../telemetry/log.ts'
import {
  createExperimentDesk,
  type ExperimentDesk,
  type WatchedExperiment,
} from './experiment-desk.ts'
import type { Stores } from './open-stores.ts'

/** Milliseconds between two looks. */
const lookMs = 1000

export interface ExperimentingDeps {
  readonly machine: string
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Pick<ControlMetrics, 'experiments'>
  readonly stores: Pick<Stores, 'local' | 'shared' | 'leader'>
  readonly audit: WriteAudit
}

/** The experiments of the configuration in force. */
export function createExperimenting(deps: ExperimentingDeps) {
  const { clock, log, metrics, stores } = deps
  let desks: ReadonlyMap<string, ExperimentDesk> = new Map()
  /** Those whose run this configuration has not looked for yet. */
  let fresh = new Set<ExperimentDesk>()
  let looking: Promise<void> | null = null
  let isDown = false

  async function lookAt(desk: ExperimentDesk): Promise<void> {
    await desk.look(fresh.has(desk))
    fresh.delete(desk)
  }

  async function lookAtAll(): Promise<void> {
    const looks = await Promise.allSettled([...desks.values()].map(lookAt))
    const failed = looks.find(each => each.status === 'rejected')
    if (failed !== undefined && !isDown) {
      log.warn({ err: failed.reason }, 'experiments wait for the store')
    }
    isDown = failed !== undefined
    metrics.experiments.found(reports())
  }

  /** One at a time, whatever it takes. */
  function look(): Promise<void> {
    looking ??= lookAtAll().finally(() => {
      looking = null
    })
    return looking
  }

  const reports = (): readonly ExperimentReport[] => [...desks.values()].map(desk => desk.report())
  const stop = clock.every(lookMs, () => void look())

  return {
    /** Looks now, or with the look that is under way. */
    looked: (): Promise<void> => look(),
    reports,
    /** Null where there is none of that name. */
    deskOf: (name: string): ExperimentDesk | null => desks.get(name) ?? null,
    /** Takes a report of a worker. */
    usersSeen(report: UserReport): void {
      for (const seen of report) {
        const desk = desks.get(seen.experiment)
        if (desk !== undefined) desk.saw(seen)
        // Of a configuration that is not in force any more, or not yet.
        else metrics.experiments.fate(seen.experiment, 'left-out', seen.users.length + seen.leftOut)
      }
    },
    /** Holds the experiments of a snapshot from now on; those that are as before go on. */
    replace(snapshot: Snapshot): void {
      const next = new Map<string, ExperimentDesk>()
      for (const watched of experimentsOf(snapshot)) {
        const { name } = watched.rule
        const known = desks.get(name)
        const desk =
          known?.basis === watched.basis
            ? known
            : createExperimentDesk(watched, {
                ...deps,
                store: stores.shared ?? stores.local,
                tells: () => stores.leader.leads() !== false,
                onFate: metrics.experiments.fate,
              })
        if (desk !== known) fresh.add(desk)
        next.set(name, desk)
      }
      desks = next
      fresh = new Set([...fresh].filter(desk => next.get(desk.name) === desk))
      void (looking ?? Promise.resolve()).then(look)
    },
    async close(): Promise<void> {
      stop()
      await looking
      await Promise.allSettled([...desks.values()].map(desk => desk.close()))
    },
  }
}

export type Experimenting = ReturnType<typeof createExperimenting>

/** Each once, however many routes have its policy. */
function experimentsOf({ routes, process }: Snapshot): readonly WatchedExperiment[] {
  const found = new Map<string, WatchedExperiment>()
  const { cookieSecret: secret } = process
  if (secret === undefined) return []
  const compared = routes.filter(({ flag, v2 }) => flag !== undefined && v2 !== undefined)
  for (const { flag = '', policy, rules } of compared) {
    for (const rule of rules.experiments) {
      const sides = compared.filter(each => each.policy === policy).map(sidesOf)
      const basis = basisOf([rule, flag, sides], secret)
      found.set(rule.name, { rule, flag, policy, basis, secret })
    }
  }
  return [...found.values()]
}

/** Under another secret the same users have other hashes: that is another experiment as well. */
function basisOf(parts: unknown, secret: string): string {
  return createHmac('sha256', secret).update(JSON.stringify(parts)).digest('hex').slice(0, 12)
}

function sidesOf({ name, v1, v2 }: LinkedRoute): unknown {
  return [name, answering(v1), v2 && answering(v2)]
}

/** What of an upstream makes it the one that it is. */
function answering({ url, urls, hostHeader, mapping }: LinkedUpstream): unknown {
  return { url, urls, hostHeader, mapping }
}
