import type { TestContext } from 'node:test'
import type { Clock } from '../../src/clock.ts'
import type { ExperimentRule } from '../../src/config/experiment-rule.ts'
import type { LinkedRoute, Snapshot } from '../../src/config/snapshot.ts'
import type { ExperimentReport } from '../../src/experiment/report.ts'
import type { UserSeen } from '../../src/experiment/user-tally.ts'
import type { AuditNote } from '../../src/fleet/stores/audit-note.ts'
import type { Store } from '../../src/fleet/stores/store.ts'
import { createExperimenting } from '../../src/pipeline/experimenting.ts'
import { createExperimentsView } from '../../src/pipeline/experiments-view.ts'
import { createControlMetrics } from '../../src/telemetry/control-metrics.ts'
import { route } from '../cohort/parts.ts'
import { conversion } from '../experiment/rules.ts'
import { plainRules } from '../support/rules.ts'

/** In these tests a day has 24 seconds, so that a week is soon over. */
export const shortDayMs = 24_000

export const hurried: ExperimentRule = {
  ...conversion,
  forMs: 7 * shortDayMs,
  windowMs: shortDayMs,
}

/** A configuration with one experiment. */
export function snapshotWith(
  rule: ExperimentRule = hurried,
  changes: Partial<LinkedRoute> = {},
  secret = 'a secret of more than thirty-two characters',
): Snapshot {
  const rules = { ...plainRules, experiments: [rule] }
  const routes = [
    route({ name: 'match', flag: 'v2_migration', policy: 'careful', rules, ...changes }),
  ]
  return { routes, process: { cookieSecret: secret } } as unknown as Snapshot
}

export interface DeskOptions {
  readonly local: Store
  readonly shared?: Store
  readonly clock: Clock
  readonly leads?: boolean | null
  readonly snapshot?: Snapshot
}

/** The experiments as one machine holds them; closed with the test. */
export async function experimentsOf(t: TestContext, options: DeskOptions) {
  const { local, shared = null, clock, leads = null, snapshot = snapshotWith() } = options
  const notes: AuditNote[] = []
  const warnings: string[] = []
  const metrics = createControlMetrics({ ownProcess: false })
  const experimenting = createExperimenting({
    ...{ machine: 'm1', clock, metrics },
    stores: { local, shared, leader: { leads: () => leads, close: async () => {} } },
    audit: note => void notes.push(note),
    log: { warn: (_details: object, message: string) => void warnings.push(message) } as never,
  })
  t.after(() => experimenting.close())
  experimenting.replace(snapshot)
  await experimenting.looked()
  return {
    ...experimenting,
    ...createExperimentsView(experimenting),
    ...{ notes, warnings, metrics },
    only: () => experimenting.reports()[0] as ExperimentReport,
    /** These users did that, as a worker tells it. */
    saw: (users: readonly UserSeen[], leftOut = 0) =>
      experimenting.usersSeen([{ experiment: 'conversion', users, leftOut }]),
  }
}

/** So many users of a variant, of whom the first so many converted. */
export function users(variant: 'v1' | 'v2', of: number, converted: number): UserSeen[] {
  return Array.from({ length: of }, (_, i) => {
    const did = i < converted ? 1 : 0
    return { user: `${variant}-${i}`, variant, stratum: '', values: did, sum: did }
  })
}
