import type { Variant } from '../cohort/assignment.ts'
import { lastStep } from './latency-steps.ts'

/** What a series of counts is about. */
export interface Series {
  readonly route: string
  /** `id` of the budget. */
  readonly budget: string
  readonly scope: string | null
  readonly variant: Variant
  /** Events, bad ones, answers without the number, or a step of latency (see latency-steps.ts). */
  readonly what: 'events' | 'bad' | 'missing' | number
}

/** A name that can be read back whatever stands in a scope, which a caller may have chosen. */
export function seriesName({ route, budget, scope, variant, what }: Series): string {
  return JSON.stringify([route, budget, scope, variant, what])
}

/** Null for a name that is none of ours: another machine may run another configuration or version. */
export function readSeriesName(name: string): Series | null {
  const parts = parse(name)
  if (!Array.isArray(parts) || parts.length !== 5) return null
  const [route, budget, scope, variant, what] = parts
  if (typeof route !== 'string' || typeof budget !== 'string') return null
  if (scope !== null && typeof scope !== 'string') return null
  if (variant !== 'v1' && variant !== 'v2') return null
  if (!(['events', 'bad', 'missing'].includes(what) || isStep(what))) return null
  return { route, budget, scope, variant, what }
}

function isStep(what: unknown): boolean {
  return Number.isInteger(what) && Number(what) >= 0 && Number(what) <= lastStep
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
