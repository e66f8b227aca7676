import { canDecode, decodeBody } from './decode-body.ts'
import { headerOf } from './header-of.ts'
import { numberAt } from './json-pointer.ts'

/** Listens to the body of an answer on its way to the client. */
export interface AnswerTap {
  data(chunk: Buffer): void
  /** The body is whole; not called for one that was cut off. */
  end(): void
}

/** Larger bodies are not read: they are kept and parsed in the process that serves. */
const maxBodyBytes = 64 * 1024
/** Bodies kept at a time, 8 MiB at most; for one more the oldest is let go. */
const maxKept = 128
/** Bodies decoded at a time; further ones are not read. */
const maxDecoding = 16

/** Called once, with a number for each pointer: NaN where there is none. */
type OnNumbers = (numbers: readonly number[]) => void

/** Whether the head promises JSON that is small enough, in a coding that we know. */
export function mayHaveNumbers(headers: readonly string[]): boolean {
  const type = headerOf(headers, 'content-type') ?? ''
  return (
    /^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type) &&
    Number(headerOf(headers, 'content-length') ?? 0) <= maxBodyBytes &&
    canDecode(codingOf(headers))
  )
}

/** Reads numbers out of JSON bodies. */
export function createBodyNumbers(pointers: readonly string[]) {
  const nothing: readonly number[] = pointers.map(() => Number.NaN)
  /** A body that is kept, or null where none is; each new one takes the place of the oldest. */
  const kept: (Buffer[] | null)[] = new Array(maxKept).fill(null)
  let next = 0
  let decoding = 0

  function read(body: Buffer): readonly number[] {
    try {
      const document: unknown = JSON.parse(body.toString())
      return pointers.map(pointer => numberAt(document, pointer))
    } catch {
      return nothing
    }
  }

  async function decoded(body: Buffer, coding: string): Promise<readonly number[]> {
    if (decoding === maxDecoding) return nothing
    decoding++
    try {
      return read(await decodeBody(body, coding))
    } catch {
      return nothing
    } finally {
      decoding--
    }
  }

  return (headers: readonly string[], onNumbers: OnNumbers): AnswerTap => {
    const chunks: Buffer[] = []
    const place = next
    next = (next + 1) % maxKept
    kept[place]?.splice(0)
    kept[place] = chunks
    let bytes = 0

    return {
      data(chunk) {
        bytes += chunk.length
        if (kept[place] !== chunks) return
        if (bytes <= maxBodyBytes) chunks.push(Buffer.from(chunk))
        else letGo()
      },
      end() {
        const isWhole = kept[place] === chunks
        const body = Buffer.concat(chunks)
        letGo()
        const coding = codingOf(headers)
        if (!isWhole) onNumbers(nothing)
        else if (coding === 'identity') onNumbers(read(body))
        else void decoded(body, coding).then(onNumbers)
      },
    }

    function letGo(): void {
      chunks.length = 0
      if (kept[place] === chunks) kept[place] = null
    }
  }
}

function codingOf(headers: readonly string[]): string {
  return headerOf(headers, 'content-encoding')?.trim().toLowerCase() ?? 'identity'
}
