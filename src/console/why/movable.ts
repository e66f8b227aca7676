import type { ShownStatus } from '../../admin/answers/status-answers.ts'
import { type Feature, whomOf } from '../overview/flag-share.ts'

/** A strategy of a flag whose percentage could be another. */
export interface Movable {
  /** From 1, as `explain` counts them. */
  readonly number: number
  /** Its title, or whom it is about. */
  readonly name: string
  readonly percent: number
}

export function movableStrategies({ workers }: ShownStatus, flag: string): readonly Movable[] {
  const features = (workers[0]?.flags?.flags ?? []) as readonly Feature[]
  const strategies = features.find(({ name }) => name === flag)?.strategies ?? []
  return strategies.flatMap((strategy, i) => {
    const { name, title = '', parameters = {} } = strategy
    if (name !== 'flexibleRollout') return []
    const whom = title === '' ? (whomOf(strategy) ?? 'everyone else') : title
    return [{ number: i + 1, name: whom, percent: Number(parameters.rollout ?? 0) }]
  })
}
