import type { Expression, ExpressionLimits } from '../../config/expression.ts'
import { type BodyJob, failed, type MappedBody, ownShare } from './body-job.ts'
import { explainError } from './explain-error.ts'
import { NotJson, NumberTooLarge, parseJsonText } from './json-text.ts'
import { undoCoding } from './undo-coding.ts'

type Compile = (text: string, limits: ExpressionLimits) => Expression

/** Expressions kept ready; more than any configuration has, so that only reloads ever fill it. */
const maxKept = 500
/** Steps within steps: what a function that calls itself comes to before the stack would. */
const maxDepth = 1000
/** Elements of a list: one that fills the heap at a stroke would end the process, not just its thread. */
const maxElements = 1_000_000

/** Maps one body after the other. Runs in a thread of its own, which may block and may be ended. */
export function createMapBody(compile: Compile) {
  const kept = new Map<string, Expression>()
  const encoder = new TextEncoder()

  function expressionOf({ expression, timeoutMs }: BodyJob): Expression {
    const key = `${timeoutMs} ${expression}`
    const known = kept.get(key)
    if (known !== undefined) return known
    if (kept.size >= maxKept) kept.clear()
    const fresh = compile(expression, {
      timeoutMs: Math.max(1, timeoutMs * ownShare),
      depth: maxDepth,
      elements: maxElements,
    })
    kept.set(key, fresh)
    return fresh
  }

  return async function mapBody(job: BodyJob): Promise<MappedBody> {
    const { maxBytes } = job
    const decoded = undoCoding(job.body, job.coding, maxBytes)
    if (typeof decoded === 'string') return failed(decoded)
    try {
      const input = parseJsonText(decoded)
      const result = await expressionOf(job).evaluate(input, variablesOf(job))
      const text = isPlain(result) ? JSON.stringify(result) : undefined
      if (text === undefined) return failed('no-result')
      const body = encoder.encode(text)
      return body.byteLength > maxBytes ? failed('too-large', 'once mapped') : { ok: true, body }
    } catch (error) {
      if (error instanceof NotJson) return failed('not-json', error.message)
      if (error instanceof NumberTooLarge) return failed('number-too-large', error.message)
      return explainError(error)
    }
  }
}

/** A function is no result; JSONata's own are objects that say so. */
function isPlain(result: unknown): boolean {
  if (typeof result !== 'object' || result === null) return typeof result !== 'function'
  return !('_jsonata_lambda' in result) && !('_jsonata_function' in result)
}

function variablesOf({ method, path, query, status }: BodyJob): Record<string, unknown> {
  return { method, path, query: queryValues(query), ...(status === 0 ? {} : { status }) }
}

/** Each parameter's value, or a list of them for one that is given more than once. */
function queryValues(query: string): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = Object.create(null)
  for (const [name, value] of new URLSearchParams(query)) {
    const before = values[name]
    values[name] =
      before === undefined ? value : [...(typeof before === 'string' ? [before] : before), value]
  }
  return values
}
