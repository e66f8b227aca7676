import { Gauge, type Registry } from 'prom-client'
import type { BudgetVerdict } from '../guard/verdict.ts'

const labelNames = ['route', 'flag', 'budget', 'dry_run'] as const

/** The worse, the higher. */
const ranks = { pass: 0, 'not-yet': 1, breach: 2 } as const

/**
 * How far V2 is from each of its budgets, as far as the sums of this machine or fleet tell. Endpoints and
 * segments come from requests, so they are no labels: a budget that tells them apart shows the worst.
 */
export function createBudgetMetrics(registry: Registry) {
  const registers = [registry]
  let verdicts: () => readonly BudgetVerdict[] = () => []

  // It is read before those that are registered behind it, and looks for all of them.
  const evidence = new Gauge({
    name: 'switchback_budget_evidence_ratio',
    help: 'How far the evidence that V2 exceeds this budget has come, 0 to 1; at 1 it is a breach and, without dryRun, all callers get V1. Above 0.5 something is wrong with V2.',
    labelNames,
    registers,
    collect: look,
  })
  const bad = new Gauge({
    name: 'switchback_budget_bad_ratio',
    help: 'Share of the judged answers of V2 that were bad, 0 to 1; absent before there were any.',
    labelNames,
    registers,
  })
  const allowed = new Gauge({
    name: 'switchback_budget_allowed_ratio',
    help: 'Share of answers of V2 that this budget allows to be bad, 0 to 1; beside V1 it moves with V1.',
    labelNames,
    registers,
  })
  const word = new Gauge({
    name: 'switchback_budget_verdict',
    help: '1 for the verdict on this budget: pass, breach or not-yet. Go on when all of a flag pass.',
    labelNames: [...labelNames, 'verdict'] as const,
    registers,
  })

  function look(): void {
    for (const gauge of [evidence, bad, allowed, word]) gauge.reset()
    for (const each of worstOfEach(verdicts())) {
      const { route, flag, budget, verdict } = each
      const labels = { route, flag, budget, dry_run: String(each.dryRun) }
      evidence.set(labels, each.height)
      if (each.share !== null) bad.set(labels, each.share)
      allowed.set(labels, each.allowed)
      word.set({ ...labels, verdict }, 1)
    }
  }

  return {
    /** Where the verdicts are found when somebody asks. */
    watch(found: typeof verdicts): void {
      verdicts = found
    },
  }
}

/** One verdict for each budget of a route, of the scope that is worst off. */
export function worstOfEach(verdicts: readonly BudgetVerdict[]): BudgetVerdict[] {
  const worst = new Map<string, BudgetVerdict>()
  for (const each of verdicts) {
    const key = JSON.stringify([each.route, each.budget])
    const known = worst.get(key)
    if (known === undefined || isWorse(each, known)) worst.set(key, each)
  }
  return [...worst.values()]
}

function isWorse(a: BudgetVerdict, b: BudgetVerdict): boolean {
  if (a.verdict !== b.verdict && (a.verdict === 'breach' || b.verdict === 'breach')) {
    return ranks[a.verdict] > ranks[b.verdict]
  }
  if (a.height !== b.height) return a.height > b.height
  return ranks[a.verdict] > ranks[b.verdict]
}
