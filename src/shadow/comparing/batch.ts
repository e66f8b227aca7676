import { joinedHeader } from '../compare/joined-header.ts'
import type { NotCompared } from '../difference.ts'
import type { CapturedAnswer, KeptBody, Pair } from '../pair.ts'

/**
 * Pairs on their way to the thread: all bodies in one piece of memory that changes hands, and all that is
 * said of them in one text, which is copied faster than many small ones.
 */
export interface Batch {
  readonly text: string
  readonly bytes: ArrayBuffer
}

/** Which of a report's sums a pair counts in. */
export type Sums = 'shadow' | 'unrepeatable' | 'noise'

/** A pair as the thread sees it. */
export interface BatchPair
  extends Pick<Pair, 'method' | 'path' | 'requestId' | 'seenAt' | 'a' | 'b'> {
  readonly sums: Sums
}

export function sumsOf({ kind, repeatable }: Pick<Pair<unknown>, 'kind' | 'repeatable'>): Sums {
  if (kind === 'noise') return 'noise'
  return repeatable ? 'shadow' : 'unrepeatable'
}

/** What a body's length says where there is no such body. */
const none = -1
const sameAsFirst = -2

/** `names` are the headers that comparing needs; no other is sent. `spare` is written over if it is large enough. */
export function writeBatch(
  pairs: readonly Pair<KeptBody>[],
  names: readonly string[],
  spare: ArrayBuffer | null,
): Batch {
  const lines: string[] = []
  const pieces: Buffer[] = []
  let length = 0

  function keep(body: KeptBody): number {
    const before = length
    for (const piece of body) {
      pieces.push(piece)
      length += piece.length
    }
    return length - before
  }

  function writeAnswer({ status, headers, lost }: CapturedAnswer<unknown>, bytes: number): void {
    lines.push(String(status), lost ?? '', String(bytes))
    for (const name of names) {
      const value = joinedHeader(headers, name)
      lines.push(value === null ? '' : `=${oneLine(value)}`)
    }
  }

  for (const pair of pairs) {
    const { method, path, requestId, seenAt, a, b } = pair
    lines.push(sumsOf(pair), oneLine(method), oneLine(path), oneLine(requestId), String(seenAt))
    writeAnswer(a, a.body === null ? none : keep(a.body))
    // Most pairs are equal to the byte, and looking is no dearer than copying.
    const isSame = a.body !== null && b.body !== null && areEqual(a.body, b.body)
    writeAnswer(b, isSame ? sameAsFirst : b.body === null ? none : keep(b.body))
  }

  // Else not out of Node's pool, which cannot change hands.
  const bytes =
    spare !== null && spare.byteLength >= length ? spare : Buffer.allocUnsafeSlow(length).buffer
  const all = Buffer.from(bytes)
  let at = 0
  for (const piece of pieces) at += piece.copy(all, at)
  return { text: lines.join('\n'), bytes }
}

export function readBatch({ text, bytes }: Batch, names: readonly string[]): BatchPair[] {
  const lines = text.split('\n')
  const pairs: BatchPair[] = []
  let line = 0
  let at = 0
  const next = () => lines[line++] ?? ''

  function readAnswer(first: Buffer | null): CapturedAnswer {
    const status = Number(next())
    const lost = next()
    const length = Number(next())
    const headers: string[] = []
    for (const name of names) {
      const value = next()
      if (value !== '') headers.push(name, value.slice(1))
    }
    const body = length === sameAsFirst ? first : length === none ? null : take(length)
    return { status, headers, body, lost: lost === '' ? null : (lost as NotCompared), headMs: 0 }
  }

  function take(length: number): Buffer {
    at += length
    return Buffer.from(bytes, at - length, length)
  }

  while (line < lines.length) {
    const sums = next() as Sums
    const [method, path, requestId] = [next(), next(), next()]
    const seenAt = Number(next())
    const a = readAnswer(null)
    pairs.push({ sums, method, path, requestId, seenAt, a, b: readAnswer(a.body) })
  }
  return pairs
}

/** However they are cut into pieces. */
function areEqual(a: KeptBody, b: KeptBody): boolean {
  let [of, from] = [0, 0]
  for (const piece of a) {
    let at = 0
    while (at < piece.length) {
      const other = b[of]
      if (other === undefined) return false
      const size = Math.min(piece.length - at, other.length - from)
      if (piece.compare(other, from, from + size, at, at + size) !== 0) return false
      at += size
      from += size
      if (from === other.length) [of, from] = [of + 1, 0]
    }
  }
  return b.slice(of).every(({ length }) => length === from)
}

/** No header, path or id has a line break; one that had would move all lines after it. */
function oneLine(text: string): string {
  return text.includes('\n') ? text.replaceAll('\n', ' ') : text
}
