import type { BudgetRule } from '../config/budget-rule.ts'
import { headerOf } from './header-of.ts'
import type { Observation } from './observation.ts'

/**
 * What an observation is to a budget. `ignored` is no event at all, since it says nothing about the
 * signal; `missing` is none either, but where a number should have been there was none.
 */
export type Finding = 'good' | 'bad' | 'ignored' | 'missing'

/** How one budget reads an observation. */
export type Signal = (observation: Observation) => Finding

/** The signal of a budget that workers judge by the request; null for those whose numbers come later. */
export function signalOf(rule: BudgetRule): Signal | null {
  const { signal, slowMs, name } = rule
  if (signal === 'errors') return errors
  if (signal === 'availability') return availability
  if (signal === 'latency') return slowMs === null ? null : slowerThan(slowMs)
  if (signal === 'header') return numberInHeader((name ?? '').toLowerCase(), rule)
  return null
}

function errors({ failed, status, unavailable, leftAfterMs }: Observation): Finding {
  // Whoever gets an error may well not stay for its end.
  if (status >= 500) return 'bad'
  if (unavailable || leftAfterMs >= 0) return 'ignored'
  return failed ? 'bad' : 'good'
}

function availability({ failed, status, unavailable, leftAfterMs }: Observation): Finding {
  if (leftAfterMs >= 0) return 'ignored'
  return unavailable || (failed && status === 0) ? 'bad' : 'good'
}

function slowerThan(slowMs: number): Signal {
  return observation => {
    const { headMs, leftAfterMs, timedOut } = observation
    if (leftAfterMs >= 0 && headMs < 0) return leftAfterMs > slowMs ? 'bad' : 'ignored'
    if (headMs < 0) return timedOut ? 'bad' : 'ignored'
    return headMs > slowMs ? 'bad' : 'good'
  }
}

/** Whether an answer should carry the service's own numbers: a success that was not cut off. */
export function shouldCarryNumbers({ status, failed }: { status: number; failed: boolean }) {
  return !failed && status >= 200 && status < 300
}

function numberInHeader(name: string, rule: BudgetRule): Signal {
  return observation => {
    if (observation.leftAfterMs >= 0 || !shouldCarryNumbers(observation)) return 'ignored'
    return findingOf(numberOf(headerOf(observation.headers, name)), rule)
  }
}

/** Whether a number is as it should be. */
export function findingOf(
  value: number,
  { least, most }: Pick<BudgetRule, 'least' | 'most'>,
): Finding {
  if (!Number.isFinite(value)) return 'missing'
  return value >= least && value <= most ? 'good' : 'bad'
}

/** NaN for anything but a decimal number. */
export function numberOf(text: string | undefined): number {
  return text === undefined || text.trim() === '' || /x/i.test(text) ? Number.NaN : Number(text)
}
