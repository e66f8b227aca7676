import { Counter, Gauge, type Registry } from 'prom-client'
import type { CopyCounts, ShadowStatus } from '../shadow/account.ts'
import type { Compared, ShadowReport } from '../shadow/report.ts'

/** Routes with what was done for their shadow. */
type Accounts = Iterable<readonly [route: string, status: ShadowStatus]>

/** What is told of copies and comparisons. Copies are counted where they are made, and read when somebody asks. */
export function createShadowMetrics(registry: Registry) {
  const registers = [registry]
  let accounts: () => Accounts = () => []

  new Counter({
    name: 'switchback_shadow_copies_eligible_total',
    help: 'Copies that were due: each ends in one sample of switchback_shadow_copies_total.',
    labelNames: ['route', 'copy'] as const,
    registers,
    collect() {
      this.reset()
      for (const { route, copy, counts } of copiesOf(accounts())) {
        this.inc({ route, copy }, counts.eligible)
      }
    },
  })
  new Counter({
    name: 'switchback_shadow_copies_total',
    help: 'Copies that are over: sent, dropped or failed, and why.',
    labelNames: ['route', 'copy', 'result', 'reason'] as const,
    registers,
    collect() {
      this.reset()
      for (const { route, copy, counts } of copiesOf(accounts())) {
        this.inc({ route, copy, result: 'sent', reason: 'answered' }, counts.sent)
        for (const result of ['dropped', 'failed'] as const) {
          for (const [reason, count] of Object.entries(counts[result])) {
            this.inc({ route, copy, result, reason }, count)
          }
        }
      }
    },
  })
  new Gauge({
    name: 'switchback_shadow_in_flight',
    help: 'Copies waiting for their turn or under way.',
    labelNames: ['route'] as const,
    registers,
    collect() {
      for (const [route, { inFlight }] of accounts()) this.set({ route }, inFlight)
    },
  })
  new Gauge({
    name: 'switchback_shadow_kept_bytes',
    help: 'Bytes of requests and answers kept until they are compared.',
    labelNames: ['route'] as const,
    registers,
    collect() {
      for (const [route, { bytes }] of accounts()) this.set({ route }, bytes)
    },
  })
  const comparisons = new Counter({
    name: 'switchback_shadow_comparisons_total',
    help: 'Pairs of answers by what came of comparing them: equal, different or not-compared, and why not.',
    labelNames: ['route', 'copy', 'verdict', 'reason'] as const,
    registers,
  })

  function compared(route: string, copy: string, found: Compared): void {
    const different = found.signatures.reduce((sum, { pairs }) => sum + pairs, 0)
    comparisons.inc({ route, copy, verdict: 'equal', reason: '' }, found.pairs - different)
    comparisons.inc({ route, copy, verdict: 'different', reason: '' }, different)
    for (const [reason, count] of Object.entries(found.notCompared)) {
      comparisons.inc({ route, copy, verdict: 'not-compared', reason }, count)
    }
  }

  return {
    watch(source: () => Accounts): void {
      accounts = source
    },
    compared(report: ShadowReport): void {
      for (const { route, shadow, unrepeatable, noise } of report) {
        compared(route, 'shadow', shadow)
        compared(route, 'shadow', unrepeatable)
        compared(route, 'noise', noise)
      }
    },
  }
}

function* copiesOf(
  accounts: Accounts,
): Iterable<{ readonly route: string; readonly copy: string; readonly counts: CopyCounts }> {
  for (const [route, { shadow, noise }] of accounts) {
    yield { route, copy: 'shadow', counts: shadow }
    yield { route, copy: 'noise', counts: noise }
  }
}
