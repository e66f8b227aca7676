import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
} from 'yaml'
import { type Position, received, type SourceFile } from './document.ts'
import type { Fault } from './fault.ts'
import { type FieldPath, fieldName } from './field-path.ts'
import { jsonSyntaxProblem } from './parse-json.ts'

/** Deeper files are no configuration, and every walk over them may recurse. */
const maxDepth = 64

export interface Parsed {
  /** Plain data as written; secrets are not resolved yet. */
  readonly value: unknown
  readonly faults: readonly Fault[]
  position(path: FieldPath, part: 'value' | 'key'): Position
}

/**
 * Parses YAML 1.2 (core schema), or JSON, of which YAML is a superset, so that one parser gives the
 * positions of both. Anything that can be read in two ways is a fault: duplicate keys, aliases,
 * tags, several documents.
 */
export function parseSource({ file, kind, text }: SourceFile): Parsed {
  const lines = new LineCounter()
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    stringKeys: true,
    // Compared pair by pair, which takes minutes for a file at the size limit; the walk below uses a set.
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: lines,
  })
  const faults: Fault[] = []

  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(Math.max(offset, 0))
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const fault = (offset: number, field: string, rule: string): void => {
    const rest = text.slice(Math.max(offset, 0)).split('\n', 1)[0] as string
    faults.push({ file, ...at(offset), field, rule, received: received(rest.trim() || undefined) })
  }

  const wrongJson = kind === 'flag' ? jsonSyntaxProblem(text) : null
  const wrongYaml = document.errors[0] ?? document.warnings[0]
  // The first mistake only: what follows it is mostly the parser finding its way back.
  if (wrongJson !== null) fault(wrongJson.offset, '', `valid JSON (${wrongJson.message})`)
  else if (wrongYaml !== undefined) {
    fault(wrongYaml.pos[0], '', `valid YAML (${wrongYaml.message})`)
  } else refuseAmbiguity(document.contents, [], fault)

  return {
    value: faults.length === 0 ? document.toJS() : null,
    faults,
    position: (path, part) => at(offsetOf(document.contents, path, part)),
  }
}

type Complain = (offset: number, field: string, rule: string) => void

function refuseAmbiguity(node: unknown, path: FieldPath, complain: Complain): void {
  const offset = isNode(node) ? (node.range?.[0] ?? 0) : 0
  if (path.length > maxDepth) {
    complain(offset, fieldName(path.slice(0, 3)), `nested at most ${maxDepth} deep`)
  } else if (isAlias(node)) {
    complain(offset, fieldName(path), 'written out in full, without an alias')
  } else if (isSeq(node)) {
    node.items.forEach((item, i) => {
      refuseAmbiguity(item, [...path, i], complain)
    })
  } else if (isMap(node)) {
    const seen = new Set<string>()
    for (const { key, value } of node.items) {
      const name = String(isScalar(key) ? key.value : key)
      const keyOffset = isNode(key) ? (key.range?.[0] ?? offset) : offset
      if (seen.has(name)) complain(keyOffset, fieldName([...path, name]), 'written once only')
      seen.add(name)
      refuseAmbiguity(value, [...path, name], complain)
    }
  }
}

/** Walks down as far as the file goes; what is missing is reported at the key of its parent. */
function offsetOf(root: Node | null, path: FieldPath, part: 'value' | 'key'): number {
  let node: unknown = root
  let key: unknown = null
  for (const step of path) {
    let next: { key: unknown; value: unknown } | undefined
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step)
      if (pair !== undefined) next = { key: pair.key, value: pair.value }
    } else if (isSeq(node) && typeof step === 'number' && step < node.items.length) {
      next = { key: null, value: node.items[step] }
    }
    if (next === undefined) return startOf(key) ?? startOf(node) ?? 0
    ;({ key, value: node } = next)
  }
  const preferred = part === 'key' ? startOf(key) : startOf(node)
  return preferred ?? startOf(key) ?? startOf(node) ?? 0
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined
}
