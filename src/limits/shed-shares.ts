import type { PolicyConfig } from '../config/schema-policy.ts'

export type Priority = PolicyConfig['priority']

/** Least important first. */
export const priorities = ['low', 'normal', 'high'] as const satisfies readonly Priority[]

export type ByPriority = Readonly<Record<Priority, number>>

/**
 * The share of each priority to refuse, 0 to 1, so that `percent` of all are refused: nothing of a
 * priority while something less important could be refused in its place. `came` is how many of each
 * there were in the last interval; where nobody came, nobody is refused until more is known.
 */
export function shedShares(percent: number, came: ByPriority): ByPriority {
  let left = ((came.low + came.normal + came.high) * percent) / 100
  const shares = { low: 0, normal: 0, high: 0 }
  for (const priority of priorities) {
    if (left <= 0) break
    const there = came[priority]
    shares[priority] = there > left ? left / there : 1
    left -= there
  }
  return shares
}
