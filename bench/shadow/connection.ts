import { connect, type Socket } from 'node:net'

/** A connection that stays open and carries one request at a time. */
export interface Connection {
  /** `onDone` is called once: with the status of a whole answer, or with 0. */
  send(request: Buffer, onDone: (status: number) => void): void
  /** Nothing can be sent any more. */
  readonly isClosed: boolean
}

/** All answers are read into this: what they hold is not looked at, and nothing is left to collect. */
const readInto = Buffer.allocUnsafe(256 * 1024)
const patienceMs = 10_000

/**
 * As little of an HTTP client as measures a gateway: what it costs would be counted as the gateway's time.
 * Answers must have a Content-Length.
 */
export function openConnection(port: number): Connection {
  let waiting: ((status: number) => void) | null = null
  let head = ''
  let status = 0
  let left = -1
  let isClosed = false

  function end(result: number): void {
    const done = waiting
    waiting = null
    socket.setTimeout(0)
    done?.(result)
  }
  function close(): void {
    isClosed = true
    socket.destroy()
    end(0)
  }
  function take(bytes: number, piece: Uint8Array): void {
    if (left < 0) {
      head += Buffer.from(piece.buffer, piece.byteOffset, bytes).toString('latin1')
      const headEnd = head.indexOf('\r\n\r\n')
      if (headEnd < 0) return
      status = Number(head.slice(9, 12))
      left = Number(/\r\ncontent-length: (\d+)\r\n/i.exec(head)?.[1] ?? Number.NaN)
      bytes = head.length - headEnd - 4
      head = ''
      if (Number.isNaN(left)) {
        close()
        return
      }
    }
    left -= bytes
    if (left > 0) return
    left = -1
    end(status)
  }
  const socket: Socket = connect({
    host: '127.0.0.1',
    port,
    noDelay: true,
    onread: {
      buffer: readInto,
      callback(bytes, piece) {
        take(bytes, piece)
        return true
      },
    },
  })
  socket.on('timeout', close)
  socket.on('error', close)
  socket.on('close', close)
  // A server that has had enough of a connection that rests.
  socket.on('end', close)

  return {
    send(request, onDone) {
      waiting = onDone
      socket.setTimeout(patienceMs)
      socket.write(request)
    },
    get isClosed() {
      return isClosed
    },
  }
}
