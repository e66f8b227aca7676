import type { Flag, FlagConstraint, FlagStrategy } from './flag-source.ts'

/** A named group of constraints that Unleash keeps apart from the flags. */
export interface UnleashSegment {
  readonly id: number
  readonly constraints?: readonly FlagConstraint[]
}

/** All flags of one moment, as Unleash's client API (`GET /client/features`) answers them. */
export interface FlagSet {
  readonly features: readonly Flag[]
  readonly segments: readonly UnleashSegment[]
}

/**
 * Reads a flag set, from Unleash or from a backup. Either may be cut short, or be the page of a
 * proxy in between, and an unusable set must never replace a good one.
 */
export function parseFlagSet(text: string): FlagSet {
  const value: unknown = JSON.parse(text)
  if (!isRecord(value) || !Array.isArray(value.features)) {
    throw new Error('Cannot read flags: features must be a list.')
  }
  const { features, segments = [] } = value
  if (!features.every(isFlag)) {
    throw new Error('Cannot read flags: each must have a name, enabled and strategies.')
  }
  if (!Array.isArray(segments) || !segments.every(isSegment)) {
    throw new Error('Cannot read flags: segments must be a list of objects with an id.')
  }
  return completeFlagSet({ features, segments })
}

/** Fills in what Unleash's evaluation takes for granted and otherwise throws on. */
export function completeFlagSet(set: FlagSet): FlagSet {
  return {
    features: set.features.map(flag => ({
      ...flag,
      strategies: (flag.strategies ?? []).map(completeStrategy),
    })),
    segments: set.segments.map(segment => ({
      ...segment,
      constraints: (segment.constraints ?? []).map(completeConstraint),
    })),
  }
}

/** Names of the flags that were added, removed or changed, themselves or in a segment they use. */
export function changedFlags(before: FlagSet, after: FlagSet): string[] {
  const old = describeFlags(before)
  const current = describeFlags(after)
  const names = new Set([...old.keys(), ...current.keys()])
  return [...names].filter(name => old.get(name) !== current.get(name))
}

function describeFlags({ features, segments }: FlagSet): Map<string, string> {
  return new Map(
    features.map(flag => {
      const used = new Set(flag.strategies?.flatMap(strategy => strategy.segments ?? []))
      return [flag.name, JSON.stringify([flag, segments.filter(({ id }) => used.has(id))])]
    }),
  )
}

function completeStrategy(strategy: FlagStrategy): FlagStrategy {
  return {
    ...strategy,
    parameters: strategy.parameters ?? {},
    constraints: (strategy.constraints ?? []).map(completeConstraint),
  }
}

function completeConstraint(constraint: FlagConstraint): FlagConstraint {
  return { ...constraint, values: constraint.values ?? [] }
}

function isFlag(value: unknown): value is Flag {
  return (
    isRecord(value) &&
    typeof value.name === 'string' &&
    typeof value.enabled === 'boolean' &&
    Array.isArray(value.strategies) &&
    value.strategies.every(strategy => isRecord(strategy) && typeof strategy.name === 'string')
  )
}

function isSegment(value: unknown): value is UnleashSegment {
  return isRecord(value) && typeof value.id === 'number'
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
