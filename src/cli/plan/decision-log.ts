import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Decision } from '../../decisions/decision.ts'

/** A log that cannot be replayed, with the first line that is wrong. */
export class LogFault extends Error {
  override readonly name = 'LogFault'
}

/** More would not fit into memory, and is more than any gateway keeps. */
const mostLines = 1_000_000

/** Reads what `switchback decisions` printed, a decision a line. @throws LogFault */
export async function readDecisionLog(file: string): Promise<readonly Decision[]> {
  const decisions: Decision[] = []
  let line = 0
  try {
    for await (const text of createInterface({ input: createReadStream(file) })) {
      line += 1
      if (text.trim() === '') continue
      const rule = decisions.length === mostLines ? `the end: at most ${mostLines} are read` : null
      const fault = rule ?? faultIn(parsed(text))
      if (fault !== null) throw new LogFault(`${file}:${line} must be ${fault}`)
      decisions.push(JSON.parse(text))
    }
  } catch (cause) {
    if (cause instanceof LogFault) throw cause
    const { code } = cause as NodeJS.ErrnoException
    throw new LogFault(`--log must be a file that can be read, received ${file} (${code})`)
  }
  return decisions
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** What each part of a line must be; the rest of it is what the gateway wrote. */
const shape: readonly (readonly [
  path: string,
  rule: string,
  holds: (value: unknown) => boolean,
])[] = [
  ['number', 'a whole number', Number.isSafeInteger],
  ['at', 'a number', Number.isFinite],
  ['skipped', 'a whole number', Number.isSafeInteger],
  ['worker', 'a whole number', Number.isSafeInteger],
  ['config', 'a text', isText],
  ['request.method', 'a text', isText],
  ['request.scheme', 'http or https', value => value === 'http' || value === 'https'],
  ['request.host', 'a text', isText],
  ['request.path', 'a text that begins with /', value => isText(value) && value.startsWith('/')],
  ['request.address', 'a text', isText],
  ['request.headers', 'lists of texts by name', isLists],
  ['request.digests', 'lists of texts by name', isLists],
  ['request.session', 'a text or null', value => value === null || isText(value)],
  ['proof.kind', 'unasked, proven or refused', oneOf('unasked', 'proven', 'refused')],
  ['proof', 'an object, with claims where they are proven', isProof],
  ['latch', 'an object', isRecord],
  ['result.kind', 'assigned, refused or preflight', oneOf('assigned', 'refused', 'preflight')],
]

/** What the first part that is wrong must be; null where all are as they were written. */
function faultIn(value: unknown): string | null {
  if (!isRecord(value)) return 'a decision in JSON, as `switchback decisions` prints it'
  for (const [path, rule, holds] of shape) {
    const part = path
      .split('.')
      .reduce<unknown>((at, step) => (isRecord(at) ? at[step] : undefined), value)
    if (holds(part)) continue
    const received = (JSON.stringify(part) ?? 'nothing').slice(0, 80)
    return `a decision whose ${path} is ${rule}, received ${received}`
  }
  return null
}

function oneOf(...words: readonly string[]) {
  return (value: unknown) => words.includes(value as string)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isProof(value: unknown): boolean {
  return isRecord(value) && (value.kind !== 'proven' || isRecord(value.claims))
}

function isLists(value: unknown): boolean {
  return (
    isRecord(value) && Object.values(value).every(list => Array.isArray(list) && list.every(isText))
  )
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
