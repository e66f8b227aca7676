import type { ComparingRule } from '../compare/comparing-rule.ts'

/** The headers that comparing by a rule reads: the chosen ones, and those that say how to read a body. */
export function comparedHeaders({ headers }: Pick<ComparingRule, 'headers'>): readonly string[] {
  return [...new Set(['content-type', 'content-encoding', ...headers])]
}
