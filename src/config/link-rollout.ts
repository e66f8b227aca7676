import { faultAt, isWritten } from './document.ts'
import type { Draft } from './draft.ts'
import type { Fault } from './fault.ts'
import type { FieldPath } from './field-path.ts'
import { aboutStages, type Complaint, firstNamed } from './link-stages.ts'
import { isMovable, movableStrategies } from './movable-strategy.ts'
import type { RolloutConfig } from './schema-rollout.ts'
import type { Checked } from './validate.ts'

type Rollout = Draft<RolloutConfig>

/** What the rules of a rollout look at beside its policy. */
export interface AroundRollout {
  readonly process: Checked<'process'> | null
  readonly routes: readonly Checked<'route'>[]
  readonly policies: readonly Checked<'policy'>[]
  /** Null for one that could not be parsed. */
  readonly flags: ReadonlyMap<string, Checked<'flag'> | null>
}

/** The rules of a policy's rollout that a schema cannot say. */
export function linkRollout(policy: Checked<'policy'>, around: AroundRollout): Fault[] {
  const { document, draft } = policy
  const { rollout, budgets = [] } = draft
  if (rollout === undefined) return []
  const flags = flagsOf(document.name, around.routes)
  const acts = budgets.some(budget => budget === undefined || budget.dryRun !== true)
  const complaints: Complaint[] = [
    ...aboutStages(rollout),
    ...(acts
      ? []
      : [[[], 'beside a budget that acts: without one nothing ever says go on'] as const]),
    ...(flags.length === 0
      ? [[[], 'left out, since no route with this policy has a flag to move'] as const]
      : []),
    ...flags.flatMap(flag => aboutTwins(flag, document.name, around)),
    ...aboutPlace(rollout, flags, around),
    ...aboutPersons(rollout, around),
  ]
  return complaints.map(([path, rule, part = 'value']) =>
    faultAt(document, ['rollout', ...path], rule, { part }),
  )
}

/** Two persons can be told apart only where each has to prove who it is. */
function aboutPersons(
  { start, approve, stages = [] }: Rollout,
  { process }: AroundRollout,
): Complaint[] {
  if (process === null) return []
  const proves = (field: string) => isWritten(process.document, ['admin', field])
  if (proves('tokens') || proves('oidc')) return []
  const rule =
    'automatic or one-person, while admin of switchback.yaml has neither tokens nor oidc: nobody has to prove to be a second person'
  const places: readonly (readonly [FieldPath, string | undefined])[] = [
    [['start'], start],
    [['approve'], approve],
    ...stages.map((stage, i) => [['stages', i, 'approve'], stage?.approve] as const),
  ]
  return places.flatMap(([path, word]): Complaint[] =>
    word === 'two-persons' ? [[path, rule]] : [],
  )
}

function flagsOf(policy: string, routes: readonly Checked<'route'>[]): readonly string[] {
  const named = routes.filter(({ draft }) => draft.policy === policy)
  return [...new Set(named.flatMap(({ draft }) => draft.flag ?? []))]
}

/** Of routes that share a flag one policy says how it is rolled out. */
function aboutTwins(
  flag: string,
  policy: string,
  { routes, policies }: AroundRollout,
): Complaint[] {
  const sharing = new Set(routes.filter(({ draft }) => draft.flag === flag).map(nameOfPolicy))
  const twin = policies.find(
    ({ document }) =>
      document.name < policy && sharing.has(document.name) && isWritten(document, ['rollout']),
  )
  if (twin === undefined) return []
  return [[[], `the only one for flag ${flag}; ${twin.document.file} has another`]]
}

function nameOfPolicy({ draft }: Checked<'route'>): string | undefined {
  return draft.policy
}

/** The percentage can be moved where it is. */
function aboutPlace(
  { strategy, stages = [] }: Rollout,
  names: readonly string[],
  { process, flags }: AroundRollout,
): Complaint[] {
  // A broken switchback.yaml proves nothing about what is missing.
  if (process === null) return []
  const has = (...field: readonly string[]) => isWritten(process.document, field)
  if (has('unleash')) {
    if (has('unleash', 'admin')) return []
    return [[[], 'beside unleash.admin in switchback.yaml, by which the flag is moved']]
  }
  if (has('store', 'redis')) {
    return [
      [[], 'beside unleash in switchback.yaml: the flags of several machines are not in files'],
    ]
  }
  return names.flatMap((name): Complaint[] => {
    const strategies = flags.get(name)?.draft.strategies
    if (strategies === undefined) return []
    const file = `flags/${name}.json`
    const several = firstNamed(stages)
    if (strategy === undefined && several.size === 0) {
      const all = strategies.filter(isMovable).length
      if (all === 1) return []
      return [[[], `given a strategy: ${file} has ${all} of kind flexibleRollout`]]
    }
    const titled: ReadonlyMap<string, FieldPath> =
      strategy === undefined ? several : new Map([[strategy, ['strategy']]])
    return [...titled].flatMap(([title, path]): Complaint[] => {
      const found = movableStrategies(strategies, title).length
      if (found === 1) return []
      const rule = `the title of one strategy flexibleRollout in ${file}, which has ${found} of them`
      return [[path, rule, strategy === undefined ? 'key' : 'value']]
    })
  })
}
