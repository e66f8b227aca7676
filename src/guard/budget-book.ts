import type { BudgetRule } from '../config/budget-rule.ts'
import type { MismatchFacts } from '../shadow/mismatches.ts'
import { createAbsoluteCase } from './absolute-case.ts'
import { addBatch, type Batch, type Case, type CaseVerdict, emptyBatch } from './case.ts'
import { consequenceOf } from './consequence.ts'
import { breachInWords, verdictInWords } from './in-words.ts'
import { noFacts, reasonNotToPass } from './mismatch-facts.ts'
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
  /** It was said that it breaches, and still does. */
  isTold: boolean
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
      isTold: false,
    }))
  }

  /** They are made out of all that was seen, so only asked for where they say something. */
  const known = (facts: () => MismatchFacts) => (rule.signal === 'mismatch' ? facts() : noFacts)

  function pageOf(scope: string | null, now: number): Page {
    startedAt ??= now
    return pages.of(scope)
  }

  return {
    route,
    flag,
    rule,
    /** Takes counts; they are judged by `judge`. */
    add(scope: string | null, batch: Batch, now: number): void {
      addBatch(pageOf(scope, now).batch, batch)
    },
    /**
     * Judges what was added, which may be nothing; returns the breaches that switch back from now on.
     *
     * @param hasLiveV2 See `consequenceOf`.
     */
    judge(now: number, hasLiveV2: boolean, facts: () => MismatchFacts): Breach[] {
      startedAt ??= now
      const breaches: Breach[] = []
      for (const page of pages.all()) {
        const { batch, held, scope } = page
        page.missing += batch.v2.missing
        page.batch = emptyBatch()
        const tally = held.add(batch, now)
        if (tally === null) page.isTold = false
        if (tally === null || page.isTold) continue
        if (consequenceOf(rule, hasLiveV2) !== 'switch-back') continue
        page.isTold = true
        const { allowed, v1 } = held.verdict(now)
        const text = breachInWords(rule, tally, v1, known(facts))
        const evidence = { route, budget: rule.id, scope, text, ...tally, allowed, seenBy }
        breaches.push({ flag, evidence })
      }
      return breaches
    },
    verdicts(now: number, factsOf: () => MismatchFacts): BudgetVerdict[] {
      const facts = known(factsOf)
      if (rule.per === null) pageOf(null, now)
      return pages.all().map(({ scope, held, missing }) => {
        const verdict = { ...completed(rule, held.verdict(now), { missing, facts }), missing }
        const { requests, bad } = verdict
        return {
          route,
          flag,
          budget: rule.id,
          scope,
          ...verdict,
          text: verdictInWords(rule, verdict, facts),
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

/** What a case says, corrected by what it does not know. */
function completed(
  rule: BudgetRule,
  found: CaseVerdict,
  { missing, facts }: { readonly missing: number; readonly facts: MismatchFacts },
): CaseVerdict {
  if (found.reason === 'no-traffic' && missing > 0) return { ...found, reason: 'no-numbers' }
  const reason = found.verdict === 'pass' ? reasonNotToPass(rule, facts) : null
  return reason === null ? found : { ...found, verdict: 'not-yet', reason }
}

function caseOf(rule: BudgetRule, startedAt: number): Case {
  if (rule.windowMs !== null) return createWindowCase(rule, startedAt)
  if (rule.timesV1 === null) return createAbsoluteCase(rule)
  return createRelativeCase(
    rule,
    rule.signal === 'latency' ? createLatencyBesideV1(rule) : createErrorsBesideV1(rule),
  )
}
