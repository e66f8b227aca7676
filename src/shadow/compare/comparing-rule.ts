import type { ShadowRule } from '../../config/shadow-rule.ts'

/** The part of a rule that says how answers are compared; no credentials are in it. */
export type ComparingRule = Pick<
  ShadowRule,
  | 'headers'
  | 'tolerance'
  | 'toleranceAt'
  | 'ignore'
  | 'unordered'
  | 'maxDecodedBytes'
  | 'maxDepth'
  | 'mask'
>

export function comparingRule(rule: ShadowRule): ComparingRule {
  const { headers, tolerance, toleranceAt, ignore, unordered, maxDecodedBytes, maxDepth, mask } =
    rule
  return { headers, tolerance, toleranceAt, ignore, unordered, maxDecodedBytes, maxDepth, mask }
}
