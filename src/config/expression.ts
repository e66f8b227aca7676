import jsonata from 'jsonata'
import { nearest } from './near.ts'

/** A JSONata expression (https://docs.jsonata.org) made ready to run. */
export interface Expression {
  /** Rejects with what JSONata throws: an object with `code` and `position`, or an Error. */
  evaluate(input: unknown, variables: Readonly<Record<string, unknown>>): Promise<unknown>
}

/** How far one evaluation may go. */
export interface ExpressionLimits {
  /** Milliseconds, looked at between two steps of the expression. */
  readonly timeoutMs: number
  /** Steps within steps, functions that call themselves included. */
  readonly depth: number
  /** Elements of any list that comes up on the way. */
  readonly elements: number
}

/** What is wrong with an expression, before it was ever run. */
export interface ExpressionProblem {
  /** In words, such as `Expected "}" before end of expression`. */
  readonly message: string
  /** Characters from the start of the expression to the end of what is wrong. */
  readonly position: number
  /** A name that was likely meant. */
  readonly hint?: string | undefined
}

/** Throws what JSONata throws for a text that is no expression. */
export function compileExpression(text: string, limits: ExpressionLimits): Expression {
  const { timeoutMs, depth, elements } = limits
  return jsonata(text, { timeout: timeoutMs, stack: depth, sequence: elements })
}

/** What is wrong with an expression that may read `variables` beside JSONata's own; null when nothing is. */
export function expressionProblem(
  text: string,
  variables: readonly string[],
): ExpressionProblem | null {
  let tree: unknown
  try {
    tree = jsonata(text).ast()
  } catch (error) {
    const { message, position } = error as jsonata.JsonataError
    return { message, position: position ?? text.length }
  }
  const found: Names = { read: [], bound: new Set(variables) }
  gather(tree, found)
  for (const { name, position } of found.read) {
    // A body must not bring expressions of its own.
    if (name === 'eval') return { message: '$eval runs what a body says', position }
    if (found.bound.has(name) || builtIn.has(name)) continue
    const hint = nearest(name, [...found.bound, ...builtIn])
    return {
      message: `nothing is named $${name}`,
      position,
      hint: hint === undefined ? undefined : `$${hint}`,
    }
  }
  return null
}

interface Names {
  readonly read: { readonly name: string; readonly position: number }[]
  /** Wherever in the expression: a name that is bound elsewhere is let through. */
  readonly bound: Set<string>
}

/** `$` and `$$`, and the functions that JSONata brings. A test holds this list against the package. */
const builtIn: ReadonlySet<string> = new Set([
  ...['', '$', 'abs', 'append', 'assert', 'average', 'base64decode', 'base64encode', 'boolean'],
  ...['ceil', 'clone', 'contains', 'count', 'decodeUrl', 'decodeUrlComponent', 'distinct', 'each'],
  ...['encodeUrl', 'encodeUrlComponent', 'error', 'eval', 'exists', 'filter', 'floor'],
  ...['formatBase', 'formatInteger', 'formatNumber', 'fromMillis', 'join', 'keys', 'length'],
  ...['lookup', 'lowercase', 'map', 'match', 'max', 'merge', 'millis', 'min', 'not', 'now'],
  ...['number', 'pad', 'parseInteger', 'power', 'random', 'reduce', 'replace', 'reverse', 'round'],
  ...['shuffle', 'sift', 'single', 'sort', 'split', 'spread', 'sqrt', 'string', 'substring'],
  ...['substringAfter', 'substringBefore', 'sum', 'toMillis', 'trim', 'type', 'uppercase', 'zip'],
])

/** The variables of an expression's tree, whose nodes are of many kinds: those read, and those bound. */
function gather(node: unknown, found: Names): void {
  if (Array.isArray(node)) for (const each of node) gather(each, found)
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return
  const { type, value, position, focus, index, ...rest } = node as Record<string, unknown>
  if (type === 'variable') found.read.push({ name: String(value), position: Number(position) })
  // `items@$item` and `items#$at`.
  for (const name of [focus, index]) if (typeof name === 'string') found.bound.add(name)
  if (type === 'bind') bind(rest.lhs, found)
  if (type === 'lambda' && Array.isArray(rest.arguments)) {
    for (const argument of rest.arguments) bind(argument, found)
  }
  for (const part of Object.values(rest)) gather(part, found)
}

function bind(node: unknown, { bound }: Names): void {
  bound.add(String((node as { value?: unknown } | undefined)?.value))
}
