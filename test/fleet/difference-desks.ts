import type { TestContext } from 'node:test'
import type { Clock } from '../../src/clock.ts'
import type { LinkedRoute } from '../../src/config/snapshot.ts'
import type { AuditNote } from '../../src/fleet/stores/audit-note.ts'
import { createFleetNotices } from '../../src/fleet/stores/fleet-notices.ts'
import type { Store } from '../../src/fleet/stores/store.ts'
import { createDifferences } from '../../src/pipeline/differences.ts'
import { basisOf } from '../../src/shadow/basis.ts'
import type { RouteReport } from '../../src/shadow/report.ts'
import { route } from '../cohort/parts.ts'
import { rule } from '../shadow/pairs.ts'
import { compared, report, value } from '../shadow/summed.ts'
import { plainRules } from '../support/rules.ts'

/** More than one exchange with the stores. */
export const exchangeMs = 5001

export function shadowedRoute(changes: Partial<LinkedRoute> = {}): LinkedRoute {
  const rules = { ...plainRules, shadow: rule() }
  return route({ name: 'match', flag: 'v2_migration', rules, ...changes })
}

export const basis = basisOf(shadowedRoute(), rule())

/** A hundred pairs, in all of which V2 has another price, and ten of V1 with itself. */
export function wrongPrices(changes: Partial<RouteReport> = {}): RouteReport {
  return report({
    basis,
    shadow: compared(100, [100, value('/price')]),
    noise: compared(10),
    ...changes,
  })
}

export interface MachineOptions {
  readonly local: Store
  readonly shared?: Store
  readonly clock: Clock
  readonly holder?: string
  readonly routes?: readonly LinkedRoute[]
}

/** The differences as one machine holds them; closed with the test. */
export async function differencesOf(t: TestContext, options: MachineOptions) {
  const { local, shared = null, clock, holder = 'a/1', routes = [shadowedRoute()] } = options
  const notes: AuditNote[] = []
  const warnings: string[] = []
  const decided: string[] = []
  const leftOut: string[] = []
  const differences = createDifferences({
    clock,
    holder,
    notices: createFleetNotices(local, shared),
    audit: note => void notes.push(note),
    onDecided: route => void decided.push(route),
    onLeftOut: ({ route }, reason) => void leftOut.push(`${route} ${reason}`),
    log: { warn: (_details, message) => void warnings.push(message) },
  })
  t.after(() => differences.close())
  differences.replace(routes)
  await differences.loaded()
  return { ...differences, notes, decided, warnings, leftOut }
}
