import type { ComparingRule } from './comparing-rule.ts'

/** What a rule says of one place, and of those below it. */
export interface RuleNode {
  ignored: boolean
  masked: boolean
  /** Share of V1's number; null where none is set for just this place. */
  tolerance: number | null
  /** `by` is the way to what tells elements apart; null for a multiset. */
  unordered: { readonly by: readonly string[] | null } | null
  readonly children: Map<string, RuleNode>
  any: RuleNode | null
}

/** All nodes that speak of one place: the one that names it before those with a `*`. */
export type RulesHere = readonly RuleNode[]

const nothing: RulesHere = []

/** A rule's pointers as one tree, so that walking a document finds what is said of each place. */
export function ruleTree(rule: ComparingRule): RulesHere {
  const root = emptyNode()
  for (const pointer of rule.ignore) nodeAt(root, pointer).ignored = true
  for (const pointer of rule.mask) nodeAt(root, pointer).masked = true
  for (const { at, share } of rule.toleranceAt) nodeAt(root, at).tolerance = share
  for (const { at, by } of rule.unordered) {
    nodeAt(root, at).unordered = { by: by === null ? null : tokensOf(by) }
  }
  return root.any === null && root.children.size === 0 ? nothing : [root]
}

/** What is said of the place that `token` leads to. */
export function rulesBelow(rules: RulesHere, token: string): RulesHere {
  if (rules.length === 0) return nothing
  const below: RuleNode[] = []
  for (const { children } of rules) {
    const named = children.get(token)
    if (named !== undefined) below.push(named)
  }
  for (const { any } of rules) if (any !== null) below.push(any)
  return below.length === 0 ? nothing : below
}

export function isIgnored(rules: RulesHere): boolean {
  return rules.length > 0 && rules.some(node => node.ignored)
}

export function toleranceOf(rules: RulesHere, otherwise: number): number {
  return rules.find(node => node.tolerance !== null)?.tolerance ?? otherwise
}

/** The unescaped tokens of a JSON pointer (RFC 6901). */
function tokensOf(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map(token => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function nodeAt(root: RuleNode, pointer: string): RuleNode {
  let node = root
  for (const token of tokensOf(pointer)) {
    let next = token === '*' ? node.any : node.children.get(token)
    if (!next) {
      next = emptyNode()
      if (token === '*') node.any = next
      else node.children.set(token, next)
    }
    node = next
  }
  return node
}

function emptyNode(): RuleNode {
  return {
    ignored: false,
    masked: false,
    tolerance: null,
    unordered: null,
    children: new Map(),
    any: null,
  }
}
