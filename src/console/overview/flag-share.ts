/** Who gets V2 by a flag. */
export interface FlagShare {
  /** Percent of those whom no strategy names; 0 while the flag is off. */
  readonly percent: number
  readonly isOn: boolean
  /** Percent of those who are named, one for each strategy. */
  readonly named: readonly { readonly whom: string; readonly percent: number }[]
}

/** The part of Unleash's feature object that is read here. */
export interface Feature {
  readonly name?: string
  readonly enabled?: boolean
  readonly strategies?: readonly Strategy[]
}

export interface Strategy {
  readonly name?: string
  readonly title?: string
  readonly parameters?: Readonly<Record<string, string>>
  readonly constraints?: readonly Constraint[]
  readonly segments?: readonly number[]
}

interface Constraint {
  readonly contextName: string
  readonly operator: string
  readonly values?: readonly string[]
  readonly value?: string
  readonly inverted?: boolean
}

/** Null where the flag is not among them. Of strategies for everyone the widest counts: they share a group. */
export function shareOfFlag(features: readonly object[], flag: string): FlagShare | null {
  const feature = (features as readonly Feature[]).find(({ name }) => name === flag)
  if (feature === undefined) return null
  const { enabled = false, strategies = [] } = feature
  const each = strategies.map(strategy => ({
    whom: whomOf(strategy),
    percent: enabled ? percentOf(strategy) : 0,
  }))
  const others = each.filter(({ whom }) => whom === null).map(({ percent }) => percent)
  return {
    isOn: enabled,
    percent: enabled && strategies.length === 0 ? 100 : Math.max(0, ...others),
    named: each.flatMap(({ whom, percent }) => (whom === null ? [] : [{ whom, percent }])),
  }
}

function percentOf({ name, parameters = {} }: Strategy): number {
  if (name === 'default') return 100
  const percent = Number(parameters.rollout ?? parameters.percentage)
  return Number.isFinite(percent) ? percent : 100
}

/** Null for everyone, or for everyone but those whom others name. */
export function whomOf({
  name,
  constraints = [],
  segments = [],
  parameters = {},
}: Strategy): string | null {
  const parts = [
    ...constraints
      .filter(({ operator, inverted }) => operator !== 'NOT_IN' || inverted)
      .map(inWords),
    ...segments.map(id => `Unleash segment ${id}`),
    ...(name === 'userWithId' ? [`users ${parameters.userIds}`] : []),
  ]
  return parts.length === 0 ? null : parts.join(' and ')
}

function inWords({ contextName, operator, values = [], value, inverted = false }: Constraint) {
  const isIn = operator === 'IN' || operator === 'NOT_IN'
  const whom = values.length === 0 ? (value ?? '') : values.join(', ')
  if (contextName === 'segment' && operator === 'IN' && !inverted) return whom
  return `${contextName} ${inverted ? 'not ' : ''}${isIn ? 'in' : operator} ${whom}`
}
