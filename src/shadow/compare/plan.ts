import type { ComparingRule } from './comparing-rule.ts'
import { type RulesHere, ruleTree } from './rule-tree.ts'

/** A rule made ready, once for all the pairs that are compared by it. */
export interface Plan {
  readonly rule: ComparingRule
  readonly rules: RulesHere
}

export function planOf(rule: ComparingRule): Plan {
  return { rule, rules: ruleTree(rule) }
}
