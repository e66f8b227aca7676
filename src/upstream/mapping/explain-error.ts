import { failed, type MappedBody } from './body-job.ts'

/** What JSONata says when its own time limit is over, and when the expression itself says stop. */
const timedOut = 'D1012'
const saidByExpression = new Set(['D3137', 'D3141'])
/** What of the body JSONata puts into its sentences. */
const fromTheBody = ['value', 'value2', 'exp'] as const

/** A failed evaluation in words that hold nothing of the body. */
export function explainError(error: unknown): MappedBody {
  if (typeof error !== 'object' || error === null) return failed('expression-failed')
  const { code, position, message, name } = error as Record<string, unknown>
  if (code === timedOut) return failed('too-slow', 'it was stopped halfway through its time')
  // Of an Error of JavaScript's own the text may show the body as well.
  if (typeof code !== 'string') return failed('expression-failed', String(name ?? 'Error'))
  const where = typeof position === 'number' ? `${code} at character ${position}` : code
  if (saidByExpression.has(code))
    return failed('expression-failed', `${where}: by $error or $assert`)
  return failed('expression-failed', `${where}: ${withoutValues(String(message ?? ''), error)}`)
}

function withoutValues(message: string, error: object): string {
  let clean = message
  for (const part of fromTheBody) {
    if (!(part in error)) continue
    const shown = JSON.stringify((error as Record<string, unknown>)[part])
    if (shown !== undefined && shown !== '') clean = clean.replaceAll(shown, '***')
  }
  return clean
}
