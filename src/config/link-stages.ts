import type { Draft } from './draft.ts'
import type { FieldPath } from './field-path.ts'
import type { RolloutConfig } from './schema-rollout.ts'

/** What is wrong below `rollout`; by itself about the value there. */
export type Complaint = readonly [path: FieldPath, rule: string, part?: 'key' | 'value']

type Stages = NonNullable<Draft<RolloutConfig>['stages']>

/** Each stage is more than the one before, of the same strategies, and whom it asks can be asked. */
export function aboutStages({ stages = [], strategy }: Draft<RolloutConfig>): Complaint[] {
  const asked = stages.flatMap((stage, i): Complaint[] => {
    if (stage?.ask === undefined || /^https?:\/\/[^@/?#]+(?:[/?][^#]*)?$/.test(stage.ask)) return []
    return [[['stages', i, 'ask'], 'an http or https address without user and fragment']]
  })
  const odd = stages.findIndex(
    stage => stage?.percent !== undefined && isOfSeveral(stage) !== isOfSeveral(stages[0]),
  )
  if (odd !== -1) {
    const form = isOfSeveral(stages[0]) ? 'a percent for each strategy' : 'one percent'
    return [[['stages', odd, 'percent'], `${form}, as in stages[0]`], ...asked]
  }
  const twice: Complaint[] =
    strategy !== undefined && isOfSeveral(stages[0])
      ? [[['strategy'], 'left out, since the stages say by title which strategies are moved']]
      : []
  return [...twice, ...aboutRising(stages), ...asked]
}

/** The strategies that stages name by their titles, and where each is named first. */
export function firstNamed(stages: Stages): ReadonlyMap<string, FieldPath> {
  const found = new Map<string, FieldPath>()
  for (const [i, stage] of stages.entries()) {
    for (const [title] of isOfSeveral(stage) ? sharesOf(stage) : []) {
      if (!found.has(title)) found.set(title, ['stages', i, 'percent', title])
    }
  }
  return found
}

/** Beside one that rises the others may stay where they are. */
function aboutRising(stages: Stages): Complaint[] {
  const said = new Map<string, { readonly percent: number; readonly stage: number }>()
  return stages.flatMap((stage, i): Complaint[] => {
    const shares = sharesOf(stage)
    const rises = shares.some(([title, percent]) => percent > (said.get(title)?.percent ?? 0))
    const wrong = shares.flatMap(([title, percent]): Complaint[] => {
      const before = said.get(title)
      const stays = rises && percent === before?.percent
      if (before === undefined || percent > before.percent || stays) return []
      const path: FieldPath = ['stages', i, 'percent', ...(title === '' ? [] : [title])]
      const rule = rises ? 'at least' : 'above'
      return [[path, `${rule} that of stages[${before.stage}], which is ${before.percent}`]]
    })
    for (const [title, percent] of shares) said.set(title, { percent, stage: i })
    return wrong
  })
}

/** Under no title where the stage says one percent. */
function sharesOf(stage: Stages[number]): readonly (readonly [title: string, percent: number])[] {
  const percent = stage?.percent
  if (percent === undefined) return []
  if (typeof percent === 'number') return [['', percent]]
  return Object.entries(percent).flatMap(([title, share]) =>
    share === undefined ? [] : [[title, share] as const],
  )
}

function isOfSeveral(stage: Stages[number]): boolean {
  return typeof stage?.percent === 'object'
}
