import {
  connect as connectPlain,
  type OnReadOpts,
  type Socket,
  type TcpNetConnectOpts,
} from 'node:net'
import { type ConnectionOptions, connect as connectSecurely } from 'node:tls'
import type { DialTarget } from '../dial-target.ts'

/**
 * All plain sockets read into this one buffer: its bytes are consumed before the next read happens. A TLS
 * socket gets a buffer of its own, because decrypting may hand out bytes at other moments than a read.
 */
const sharedReadBuffer = Buffer.allocUnsafeSlow(65_536)
const tlsRecordBytes = 16_384

/**
 * Opens a connection whose bytes go to `onBytes`, which returns false to stop reading until
 * `socket.resume()`. A certificate is always verified; there is no way to say otherwise.
 */
export function dial(
  target: DialTarget,
  onBytes: (length: number, bytes: Buffer) => boolean,
): Socket {
  const { host, port } = target
  const onread = (buffer: Buffer): OnReadOpts => ({
    buffer,
    callback: (length, bytes) => onBytes(length, bytes as Buffer),
  })
  if (!target.secure) {
    return connectPlain({ host, port, noDelay: true, onread: onread(sharedReadBuffer) })
  }
  const options: ConnectionOptions & TcpNetConnectOpts = {
    host,
    port,
    ...target.tls,
    ALPNProtocols: ['http/1.1'],
    onread: onread(Buffer.allocUnsafeSlow(tlsRecordBytes)),
  }
  const socket = connectSecurely(options)
  socket.setNoDelay(true)
  return socket
}
