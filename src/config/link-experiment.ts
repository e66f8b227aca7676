import { faultAt, isWritten } from './document.ts'
import type { Draft } from './draft.ts'
import type { Fault } from './fault.ts'
import type { FieldPath } from './field-path.ts'
import { nearest } from './near.ts'
import type { ExperimentConfig } from './schema-experiment.ts'
import { durationMs, sharePattern, shareTitle } from './units.ts'
import type { Checked } from './validate.ts'

type Experiment = Draft<ExperimentConfig>
type Complaint = readonly [path: FieldPath, rule: string, hint?: string | undefined]

/** What the rules of experiments look at beside their policy. */
export interface AroundExperiment {
  readonly hasCookieSecret: boolean
  readonly routes: readonly Checked<'route'>[]
  readonly policies: readonly Checked<'policy'>[]
}

const knownBy = ['status', 'header', 'value', 'most'] as const

/** The rules of a policy's experiments that a schema cannot say. */
export function linkExperiments(policy: Checked<'policy'>, around: AroundExperiment): Fault[] {
  const { document, draft } = policy
  const { experiments = [] } = draft
  const users = around.routes.filter(route => route.draft.policy === document.name)
  const complaints: Complaint[] = [
    ...(experiments.length === 0 ? [] : aboutAll(users, around)),
    ...experiments.flatMap((experiment, i) =>
      experiment === undefined
        ? []
        : [
            ...aboutName(policy, i, around),
            ...aboutFields(experiment, field => isWritten(document, ['experiments', i, field])),
            ...aboutWithin(experiment, users),
          ].map(([path, ...rest]): Complaint => [[i, ...path], ...rest]),
    ),
  ]
  const faults = complaints.map(([path, rule, hint]) =>
    faultAt(document, ['experiments', ...path], rule, { hint }),
  )
  return [...faults, ...aboutStages(policy, around)]
}

/** There is a V2 to compare, one, and users can be told apart. */
function aboutAll(users: readonly Checked<'route'>[], around: AroundExperiment): Complaint[] {
  const flags = new Set(
    users.flatMap(({ document, draft }) => (isWritten(document, ['v2']) ? (draft.flag ?? []) : [])),
  )
  const complaints: Complaint[] = []
  if (flags.size === 0) {
    complaints.push([[], 'left out, since no route with this policy has a V2'])
  } else if (flags.size > 1) {
    const names = [...flags].join(', ')
    complaints.push([[], `of routes with one flag; those with this policy have ${names}`])
  }
  if (!around.hasCookieSecret) {
    complaints.push([[], 'beside cookieSecret in switchback.yaml, by which users are told apart'])
  }
  return complaints
}

/** One of its kind: it names the experiment where no policy is named. */
function aboutName(
  { document, draft }: Checked<'policy'>,
  at: number,
  { policies }: AroundExperiment,
): Complaint[] {
  const name = draft.experiments?.[at]?.name
  if (name === undefined) return []
  const twin = draft.experiments?.findIndex(each => each?.name === name) ?? at
  if (twin < at) return [[['name'], `another than that of experiments[${twin}]`]]
  const other = policies.find(
    each =>
      each.document.name < document.name &&
      each.draft.experiments?.some(experiment => experiment?.name === name),
  )
  if (other === undefined) return []
  return [[['name'], `one that no other experiment has; ${other.document.file} has it`]]
}

/** Which fields there must be, and which have no meaning. */
function aboutFields(
  { of, from, margin, confidence, window, ...rest }: Experiment,
  has: (field: string) => boolean,
): Complaint[] {
  if (of === undefined || from === undefined) return []
  if (from === 'status' && of !== 'share') return [[['of'], 'share: a status is no number']]
  const wanted = [
    ...(from === 'pushed' ? [] : [from]),
    ...(from === 'header' && of === 'share' ? ['value'] : []),
  ]
  const allowed = [...wanted, ...(of === 'share' ? [] : ['most'])]
  const complaints: Complaint[] = [
    ...wanted.filter(field => !has(field)).map((field): Complaint => [[field], 'present']),
    ...knownBy
      .filter(field => has(field) && !allowed.includes(field))
      .map((field): Complaint => [[field], `left out of a ${of} from ${from}`]),
  ]
  const isPoints = typeof margin === 'string'
  if (isPoints ? of !== 'share' || !new RegExp(sharePattern).test(margin) : (margin ?? 0) < 0) {
    complaints.push([['margin'], of === 'share' ? shareTitle : 'a number of at least 0'])
  } else if (of === 'share' && !isPoints && margin !== 0 && margin !== undefined) {
    complaints.push([['margin'], shareTitle])
  }
  const sure = Number.parseFloat(confidence ?? '95')
  if (sure < 50 || sure >= 100) complaints.push([['confidence'], 'from 50% to below 100%'])
  const length = rest.for
  if (window !== undefined && length !== undefined) {
    if (durationMs(window) < 1000) complaints.push([['window'], 'at least 1s'])
    if (durationMs(length) < 1000) complaints.push([['for'], 'at least 1s'])
    if (durationMs(window) > durationMs(length)) {
      complaints.push([['window'], `no longer than for, which is ${length}`])
    }
  }
  return complaints
}

function aboutWithin({ within }: Experiment, users: readonly Checked<'route'>[]): Complaint[] {
  if (within === undefined) return []
  const propertiesOf = ({ draft }: Checked<'route'>) => Object.keys(draft.properties ?? {})
  const without = users.find(route => !propertiesOf(route).includes(within))
  if (without === undefined) return []
  const rule = `a property of every route with this policy; ${without.document.file} has none of that name`
  return [[['within'], rule, nearest(within, propertiesOf(without))]]
}

/** A stage waits for experiments that there are, on the flag that it moves. */
function aboutStages({ document, draft }: Checked<'policy'>, around: AroundExperiment): Fault[] {
  const flagsOf = (policy: string) =>
    around.routes.flatMap(route => (route.draft.policy === policy ? (route.draft.flag ?? []) : []))
  const own = flagsOf(document.name)
  const known = around.policies
    .filter(each => flagsOf(each.document.name).some(flag => own.includes(flag)))
    .flatMap(each => each.draft.experiments?.flatMap(experiment => experiment?.name ?? []) ?? [])
  return (draft.rollout?.stages ?? []).flatMap((stage, i) =>
    (stage?.experiments ?? []).flatMap((name, at) => {
      if (name === undefined || known.includes(name)) return []
      const path = ['rollout', 'stages', i, 'experiments', at]
      const rule = 'the name of an experiment of a policy whose routes have the same flag'
      return [faultAt(document, path, rule, { hint: nearest(name, known) })]
    }),
  )
}
