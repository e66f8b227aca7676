import type { ClientRequest } from '../ingress/client-messages.ts'
import { type Stalls, Wait } from './stalls.ts'

/**
 * Reads what is left of a request whose answer has been given to nowhere, since the next one comes
 * behind it on the connection. A client that does not come to its end within `limitMs` is cut: else it
 * could send one body for ever. Over HTTP/2 the stream is closed behind its answer; of a client that has
 * left nothing is to come.
 */
export function readRest(raw: ClientRequest, stalls: Stalls, limitMs: number): void {
  const { socket } = raw
  if (raw.complete || socket.destroyed || raw.httpVersion === '2.0') return
  const client = new Wait(limitMs, () => void socket.destroy())
  const stop = () => {
    stalls.stop(client)
    socket.off('close', stop)
  }
  stalls.start(client)
  raw.on('end', stop)
  // A request whose answer is whole does not hear that its connection is gone.
  socket.on('close', stop)
  raw.resume()
}
