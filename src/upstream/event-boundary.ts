/** The ends of an event in `text/event-stream`: a blank line, however lines end. */
const blankLine = /\n\n|\r\r|\r\n\r\n/g
const maxLength = 4

/** Knows in a stream of events where no event is half sent; the stream may come in pieces of any size. */
export class EventBoundary {
  /** Nothing has passed, or nothing after the last event. */
  isHere = true
  /** As much as can be the beginning of a blank line. */
  private tail = ''

  /** These bytes go by. */
  pass(chunk: Buffer): void {
    const text = this.tail + chunk.toString('latin1', Math.max(0, chunk.length - maxLength))
    this.isHere = text.endsWith('\n\n') || text.endsWith('\r\r') || text.endsWith('\r\n\r\n')
    this.tail = text.slice(1 - maxLength)
  }

  /** How many bytes of `chunk`, which is next, belong to the event that is under way; -1 for all, and more to come. */
  lengthOfRest(chunk: Buffer): number {
    const { tail } = this
    const text = tail + chunk.toString('latin1')
    for (const { index, 0: found } of text.matchAll(blankLine)) {
      const length = index + found.length - tail.length
      if (length > 0) return length
    }
    return -1
  }
}
