import { type FieldPath, valueAt } from './field-path.ts'
import { parseSource } from './parse.ts'

/**
 * The text of a flag file with another percentage in the strategy at that place; every other byte stays
 * as its author wrote it. Null where the file says something else there than a text.
 */
export function withPercentage(text: string, strategy: number, percent: number): string | null {
  const source = { kind: 'flag', file: '', name: '', text } as const
  const path: FieldPath = ['strategies', strategy, 'parameters', 'rollout']
  const { value, position } = parseSource(source)
  if (typeof valueAt(value, path) !== 'string') return null
  const { line, column } = position(path, 'value')
  const lineStart = text.split('\n', line - 1).join('\n').length + (line > 1 ? 1 : 0)
  const start = lineStart + column - 1
  const found = /^"(?:[^"\\]|\\.)*"/.exec(text.slice(start))
  if (found === null) return null
  return (
    text.slice(0, start) + JSON.stringify(String(percent)) + text.slice(start + found[0].length)
  )
}
