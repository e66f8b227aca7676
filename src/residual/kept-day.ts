import { sketchAsText, sketchOf } from './distinct.ts'
import { type ResidualRow, residualReasons } from './row.ts'

/** The rows of a day as text. */
export function dayAsText(rows: readonly ResidualRow[]): string {
  return JSON.stringify(rows.map(row => ({ ...row, callers: sketchAsText(row.callers) })))
}

/** Reads them again; null where the text is none of these. */
export function rowsOfDay(text: string): readonly ResidualRow[] | null {
  try {
    const rows: unknown = JSON.parse(text)
    return Array.isArray(rows) && rows.every(isWritten)
      ? rows.map(row => ({ ...row, callers: sketchOf(row.callers) }))
      : null
  } catch {
    return null
  }
}

type Written = Omit<ResidualRow, 'callers'> & { readonly callers: string }

function isWritten(row: unknown): row is Written {
  if (typeof row !== 'object' || row === null) return false
  const { route, segment, client, reason, requests, firstAt, lastAt, callers } =
    row as Partial<Written>
  const texts = [route, segment, client, callers]
  const numbers = [requests, firstAt, lastAt]
  return (
    texts.every(each => typeof each === 'string') &&
    numbers.every(each => typeof each === 'number') &&
    Object.hasOwn(residualReasons, String(reason))
  )
}

/** The day (UTC) that a moment belongs to, as 2026-11-21. */
export function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
