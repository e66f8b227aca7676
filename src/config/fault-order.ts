import type { Fault } from './fault.ts'

/**
 * Sorted by file and line, and only the first fault of a field: what comes after it is mostly a
 * consequence, such as a missing secret that is then too short as well.
 */
export function onePerField(faults: readonly Fault[]): readonly Fault[] {
  const seen = new Set<string>()
  return faults
    .filter(({ file, field, line, column }) => {
      const key = JSON.stringify([file, field, ...(field === '' ? [line, column] : [])])
      return !seen.has(key) && seen.add(key)
    })
    .sort((a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
