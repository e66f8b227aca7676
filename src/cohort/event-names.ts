/** Characters of a line that are kept: enough for every name of an event that anybody has a use for. */
const keptOfLine = 256

/** One event of a stream; `data` is its last line of data, as far as it is kept. */
export interface NamedEvent {
  readonly name: string
  readonly data: string
}

/**
 * Reads the names of events from a stream of them (HTML, section 9.2), in whatever pieces it comes. What
 * they carry is passed over: a line is kept up to some characters, however long it is.
 */
export function createEventNames(onEvent: (event: NamedEvent) => void) {
  const decoder = new TextDecoder()
  let line = ''
  let name = ''
  let data = ''
  let endedWithReturn = false

  function endLine(): void {
    if (line === '') {
      if (name !== '') onEvent({ name, data })
      name = ''
      data = ''
    } else if (line.startsWith('event:')) name = line.slice(6).trim()
    else if (line.startsWith('data:')) data = line.slice(5).trim()
    line = ''
  }

  return {
    take(bytes: Uint8Array): void {
      for (const piece of decoder.decode(bytes, { stream: true }).split(/(\r\n|\r|\n)/)) {
        if (piece === '') continue
        const isBreak = /^[\r\n]/.test(piece)
        // A line break of two characters may come in two pieces.
        if (piece === '\n' && endedWithReturn) endedWithReturn = false
        else {
          if (isBreak) endLine()
          else line += piece.slice(0, keptOfLine - line.length)
          endedWithReturn = piece === '\r'
        }
      }
    },
  }
}
