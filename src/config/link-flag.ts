import { faultAt } from './document.ts'
import type { Fault } from './fault.ts'
import type { FieldPath } from './field-path.ts'
import type { Checked } from './validate.ts'

/** The rules of a flag file that a schema cannot say. */
export function linkFlag({ document, draft }: Checked<'flag'>): Fault[] {
  const faults: Fault[] = []
  const complain = (path: FieldPath, rule: string, hint?: string): void => {
    faults.push(faultAt(document, path, rule, { hint }))
  }

  if (draft.name !== undefined && draft.name !== document.name) {
    complain(['name'], 'the same as the file name without .json', document.name)
  }
  draft.strategies?.forEach((strategy, i) => {
    const at = ['strategies', i, 'parameters']
    if (strategy?.name === 'flexibleRollout') {
      const { rollout, stickiness } = strategy.parameters ?? {}
      if (!/^(?:\d|[1-9]\d|100)$/.test(rollout ?? '')) {
        complain([...at, 'rollout'], 'a percentage as text, "0" to "100" without a fraction')
      }
      if (stickiness === 'random') {
        complain([...at, 'stickiness'], 'other than "random", which moves users at every request')
      }
    } else if (strategy?.name?.startsWith('gradualRollout')) {
      if (!/^(?:\d|[1-9]\d|100)$/.test(strategy.parameters?.percentage ?? '')) {
        complain([...at, 'percentage'], 'a percentage as text, "0" to "100" without a fraction')
      }
    }
  })
  return faults
}
