import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { ListFault } from './listed-callers.ts'

/** Some millions of users; what is longer is no list that somebody reads the answer of. */
const maxBytes = 64 * 1024 * 1024

/** Where the list of callers is. */
export interface List {
  /** Its file; standard input without one. */
  readonly users?: string | undefined
  readonly input: Readable & { readonly isTTY?: boolean }
}

/** What the list is called when something is wrong with it. */
export function nameOf({ users }: List): string {
  return users ?? 'standard input'
}

/** The whole list as text. @throws ListFault where it cannot be read. */
export async function readList(list: List): Promise<string> {
  const { users, input } = list
  if (users === undefined && input.isTTY === true) {
    throw new ListFault(['--users must be a file, or the list come by standard input'])
  }
  const pieces: Buffer[] = []
  let bytes = 0
  try {
    for await (const piece of users === undefined ? input : createReadStream(users)) {
      bytes += (piece as Buffer).length
      if (bytes > maxBytes) break
      pieces.push(piece as Buffer)
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new ListFault([`--users must be a file that can be read, received ${users} (${code})`])
  }
  if (bytes > maxBytes) {
    throw new ListFault([`${nameOf(list)} must have at most ${maxBytes} bytes, received more`])
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces))
  } catch {
    throw new ListFault([`${nameOf(list)} must be text in UTF-8, received other bytes`])
  }
}
