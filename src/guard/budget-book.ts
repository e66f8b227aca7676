import type { BudgetRule } from '../config/budget-rule.ts'
import { createAbsoluteCase } from './absolute-case.ts'
import { addBatch, type Batch, type Case, emptyBatch } from './case.ts'
import { breachInWords, verdictInWords } from './in-words.ts'
import { createRelativeCase } from './relative-case.ts'
import { createErrorsBesideV1, createLatencyBesideV1 } from './relative-rules.ts'
import { createScopes, type Scopes } from './scopes.ts'
import type { Breach, BudgetVerdict, CountedBy } from './verdict.ts'
import { createWindowCase } from './window-case.ts'

/** A budget of one route, and whose counts it is judged on. */
export interface JudgedBudget {
  readonly route: string
  readonly flag: string
  readonly rule: BudgetRule
  readonly seenBy: CountedBy
}

interface Page {
  readonly scope: string | null
  readonly held: Case
  /** Counted and not yet given to the case. */
  batch: Batch
  missing: number
  isBreach: boolean
}

/** The cases of one budget: one, or one for each endpoint or segment. */
export function createBudgetBook({ route, flag, rule, seenBy }: JudgedBudget) {
  /** When it was first asked about anything: silence is seen from then on. */
  let startedAt: number | null = null
  let pages = noPages()

  function noPages(): Scopes<Page> {
    return createScopes<Page>(scope => ({
      scope,
      held: caseOf(rule, startedAt ?? 0),
      batch: emptyBatch(),
      missing: 0,
      isBreach: false,
    }))
  }

  function pageOf(scope: string | null, now: number): Page {
    startedAt ??= now
    return pages.of(scope)
  }

  return {
    flag,
    /** Takes counts; they are judged by `judge`. */
    add(scope: string | null, batch: Batch, now: number): void {
      addBatch(pageOf(scope, now).batch, batch)
    },
    /** Judges what was added, which may be nothing; returns the breaches that are new and may act. */
    judge(now: number): Breach[] {
      startedAt ??= now
      const breaches: Breach[] = []
      for (const page of pages.all()) {
        const { batch, held, scope } = page
        page.missing += batch.v2.missing
        page.batch = emptyBatch()
        const tally = held.add(batch, now)
        const isNew = tally !== null && !page.isBreach
        page.isBreach = tally !== null
        if (tally === null || !isNew || rule.dryRun) continue
        const { allowed, v1 } = held.verdict(now)
        const text = breachInWords(rule, tally, v1)
        const evidence = { route, budget: rule.id, scope, text, ...tally, allowed, seenBy }
        breaches.push({ flag, evidence })
      }
      return breaches
    },
    verdicts(now: number): BudgetVerdict[] {
      if (rule.per === null) pageOf(null, now)
      return pages.all().map(({ scope, held, missing }) => {
        const found = held.verdict(now)
        const { requests, bad } = found
        const isWithoutNumbers = found.reason === 'no-traffic' && missing > 0
        const verdict = {
          ...found,
          reason: isWithoutNumbers ? ('no-numbers' as const) : found.reason,
          missing,
        }
        return {
          route,
          flag,
          budget: rule.id,
          scope,
          ...verdict,
          text: verdictInWords(rule, verdict),
          share: requests === 0 ? null : bad / requests,
          certainty: rule.certainty,
          dryRun: rule.dryRun,
          seenBy,
        }
      })
    },
    /** Forgets all, as after a resume. */
    reset(): void {
      startedAt = null
      pages = noPages()
    },
  }
}

export type BudgetBook = ReturnType<typeof createBudgetBook>

function caseOf(rule: BudgetRule, startedAt: number): Case {
  if (rule.windowMs !== null) return createWindowCase(rule, startedAt)
  if (rule.timesV1 === null) return createAbsoluteCase(rule)
  return createRelativeCase(
    rule,
    rule.signal === 'latency' ? createLatencyBesideV1(rule) : createErrorsBesideV1(rule),
  )
}
