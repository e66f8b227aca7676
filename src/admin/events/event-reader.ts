import type { ServerResponse } from 'node:http'
import type { ChangeLog } from './change-log.ts'

/** Why a stream ended. The same word stands in the metric, the log and the docs. */
export type StreamEnd =
  | 'left' // the reader did
  | 'slow' // it took so little that what it was owed is not kept any more, or nothing from one heartbeat to the next
  | 'refused' // who reads may not any more
  | 'closing' // the gateway leaves

export interface EventReaderDeps {
  readonly raw: ServerResponse
  /** Of every answer. */
  readonly headers: Readonly<Record<string, string | number | string[] | undefined>>
  readonly changes: ChangeLog
  /** The last id that it has had, as it says. */
  readonly lastId: string | undefined
  readonly onEnd: (why: StreamEnd) => void
}

const ofStream = {
  'content-type': 'text/event-stream; charset=utf-8',
  // Proxies that know it hand on what they get as they get it.
  'x-accel-buffering': 'no',
}

/** Milliseconds after which a reader that was cut off comes back. */
const retryMs = 2000

/**
 * Sends changes to one reader (WHATWG HTML, server-sent events). Nothing waits for it, and nothing is
 * kept for it: once its socket is full it is sent nothing until that has drained.
 */
export function createEventReader({ raw, headers, changes, lastId, onEnd }: EventReaderDeps) {
  const beginning = changes.beginningAfter(lastId)
  let { after } = beginning
  let isOver = false
  let wasFull = false

  function end(why: StreamEnd): void {
    if (isOver) return
    isOver = true
    stopHearing()
    if (why === 'slow') raw.destroy()
    else raw.end()
    onEnd(why)
  }

  function send(): void {
    while (!isOver) {
      const found = changes.following(after)
      if (found === 'gone') end('slow')
      if (found === null || found === 'gone' || raw.writableNeedDrain) return
      after = found.number
      raw.write(found.text)
    }
  }

  const stopHearing = changes.onChange(send)
  raw.on('close', () => end('left'))
  raw.on('drain', send)
  raw.writeHead(200, { ...headers, ...ofStream })
  raw.write(`retry: ${retryMs}\n${changes.opening(beginning)}`)
  send()

  return {
    /** A comment, so that nobody between takes the connection for dead. */
    beat(): void {
      if (!raw.writableNeedDrain) raw.write(':\n\n')
      else if (wasFull) end('slow')
      wasFull = raw.writableNeedDrain
    },
    end,
  }
}

export type EventReader = ReturnType<typeof createEventReader>
