import type { IncomingMessage, ServerResponse } from 'node:http'

/**
 * Ends an answer so that it cannot be taken for a whole one. HTTP/1.0 has no chunks: the body goes on
 * to the end of the connection, so only a reset tells.
 */
export function breakOff(raw: IncomingMessage, response: ServerResponse): void {
  if (raw.httpVersionMinor === 0 && !('encrypted' in raw.socket)) raw.socket.resetAndDestroy()
  else response.destroy()
}
