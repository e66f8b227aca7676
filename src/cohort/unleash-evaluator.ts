import { EventEmitter } from 'node:events'
import { type Context, Unleash, type UnleashConfig, UnleashEvents } from 'unleash-client'
import { defaultStrategies } from 'unleash-client/lib/strategy/index.js'
import type { Constraint, Strategy } from 'unleash-client/lib/strategy/strategy.js'
import { normalizedStrategyValue } from 'unleash-client/lib/strategy/util.js'
import type { FlagSet, UnleashSegment } from './flag-set.ts'
import type {
  Flag,
  FlagConstraint,
  FlagContext,
  FlagStrategy,
  StrategyTrace,
} from './flag-source.ts'

type Repository = NonNullable<UnleashConfig['repository']>

/** Where the usage counts go that release managers look at in Unleash. */
export interface UsageReport {
  /** Base address of the Unleash API, with its `/api`. */
  readonly url: string
  readonly token: string
  readonly appName: string
  /** Tells this process from others of the same name. */
  readonly instanceId: string
  /** Milliseconds between two reports. */
  readonly intervalMs: number
  readonly timeoutMs: number
  onError(error: Error): void
}

/** unleash-client's evaluation over flags that somebody else fetches. */
export interface Evaluator {
  replace(set: FlagSet): void
  feature(flag: string): Flag | undefined
  /** Counts the answer for the usage report. */
  isEnabled(flag: string, context: FlagContext): boolean
  trace(flag: string, context: FlagContext): readonly StrategyTrace[]
  sendUsage(): Promise<void>
  close(): void
}

/**
 * Unleash's own repository is left out on purpose (docs/adr/0005-flag-refresh.md): it stops for good
 * at one 401, slows down for minutes after an outage and writes its backup in place.
 */
export function createEvaluator(usage: UsageReport | null): Evaluator {
  let flags = new Map<string, Flag>()
  let segments = new Map<number, UnleashSegment>()
  const repository = Object.assign(new EventEmitter(), {
    getToggle: (name: string) => flags.get(name),
    getToggles: () => [...flags.values()],
    getTogglesWithSegmentData: () => [...flags.values()],
    getSegment: (id: number) => segments.get(id),
    start: async () => {},
    stop: () => {},
  }) as unknown as Repository

  const unleash = new Unleash({
    repository,
    skipInstanceCountWarning: true,
    strategies: [rememberingLists(gradualRollout)],
    url: usage?.url ?? 'http://offline.invalid/api',
    appName: usage?.appName ?? 'switchback',
    ...(usage
      ? {
          instanceId: usage.instanceId,
          metricsInterval: usage.intervalMs,
          timeout: usage.timeoutMs,
          customHeaders: { Authorization: usage.token },
        }
      : { disableMetrics: true, disableAutoStart: true }),
  })
  repository.emit(UnleashEvents.Ready)
  for (const event of [UnleashEvents.Error, UnleashEvents.Warn]) {
    unleash.on(event, (cause: unknown) =>
      usage?.onError(cause instanceof Error ? cause : new Error(String(cause))),
    )
  }

  function constraintsOf(strategy: FlagStrategy): (FlagConstraint | undefined)[] {
    const all: (FlagConstraint | undefined)[] = [...(strategy.constraints ?? [])]
    for (const id of strategy.segments ?? []) {
      const segment = segments.get(id)
      // An unknown segment must fail the strategy; Unleash marks it with undefined.
      all.push(...(segment ? (segment.constraints ?? []) : [undefined]))
    }
    return all
  }

  return {
    replace(set) {
      flags = new Map(set.features.map(flag => [flag.name, flag]))
      segments = new Map(set.segments.map(segment => [segment.id, segment]))
    },
    feature: flag => flags.get(flag),
    isEnabled: (flag, context) => unleash.isEnabled(flag, context as Context),
    trace: (flag, context) =>
      (flags.get(flag)?.strategies ?? []).map(strategy =>
        traceStrategy(strategy, constraintsOf(strategy), context),
      ),
    sendUsage: async () => {
      if (usage) await unleash.flushMetrics()
    },
    close: () => unleash.destroy(),
  }
}

const gradualRollout = defaultStrategies.find(({ name }) => name === 'flexibleRollout') as Strategy

/**
 * The strategy with its IN and NOT_IN lists read once: unleash-client filters, trims and searches the
 * values at each evaluation, a tenth of a request's price with three lists. Every other constraint,
 * and a list without values, is left to it.
 */
function rememberingLists(strategy: Strategy): Strategy {
  const lists = new WeakMap<Constraint, ReadonlySet<string>>()

  function listOf(constraint: Constraint): ReadonlySet<string> {
    const known = lists.get(constraint)
    if (known !== undefined) return known
    const list = new Set(constraint.values.filter(Boolean).map(value => value.trim()))
    lists.set(constraint, list)
    return list
  }

  const checkConstraint: Strategy['checkConstraint'] = (constraint, context) => {
    const { operator, contextName, inverted = false, values } = constraint
    const wantsIn = operator === 'IN'
    if ((!wantsIn && operator !== 'NOT_IN') || !Array.isArray(values)) {
      return strategy.checkConstraint(constraint, context)
    }
    const value = context[contextName] ?? context.properties?.[contextName]
    const isIn = value !== undefined && listOf(constraint).has(String(value))
    return (isIn === wantsIn) !== inverted
  }
  return Object.assign(Object.create(strategy) as Strategy, { checkConstraint })
}

function traceStrategy(
  strategy: FlagStrategy,
  constraints: readonly (FlagConstraint | undefined)[],
  context: FlagContext,
): StrategyTrace {
  const known = defaultStrategies.find(({ name }) => name === strategy.name)
  const unleashContext = context as Context
  const parameters = strategy.parameters ?? {}
  const constraintsMatch =
    known?.checkConstraints(unleashContext, (constraints as Constraint[]).values()) ?? false
  const gradual = strategy.name === 'flexibleRollout'
  const groupId = gradual ? (parameters.groupId ?? '') : null
  const key = gradual ? hashedKey(parameters.stickiness || 'default', context) : undefined
  return {
    name: strategy.name,
    constraintsMatch,
    constraintCount: constraints.length,
    groupId,
    bucket: key && groupId !== null ? normalizedStrategyValue(key, groupId) : null,
    percentage: gradual ? Number(parameters.rollout) : null,
    matched: constraintsMatch && (known?.isEnabled(parameters, unleashContext) ?? false),
  }
}

/** What Unleash hashes for a stickiness; undefined where it draws at random or has no value. */
function hashedKey(stickiness: string, context: FlagContext): string | undefined {
  if (stickiness === 'default') return context.userId || context.sessionId
  if (stickiness === 'userId') return context.userId ?? context.properties.userId
  if (stickiness === 'sessionId') return context.sessionId ?? context.properties.sessionId
  if (stickiness === 'remoteAddress') return context.remoteAddress
  return context.properties[stickiness]
}
