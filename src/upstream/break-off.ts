import type { ClientResponse } from '../ingress/client-messages.ts'

/**
 * Ends an answer so that it cannot be taken for a whole one. HTTP/1.0 has no chunks: the body goes on
 * to the end of the connection, so only a reset tells.
 */
export function breakOff(response: ClientResponse): void {
  const { httpVersion, socket } = response.req
  if (httpVersion === '1.0' && !('encrypted' in socket)) socket.resetAndDestroy()
  else response.destroy()
}
