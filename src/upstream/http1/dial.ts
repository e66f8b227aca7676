import {
  connect as connectPlain,
  isIP,
  type OnReadOpts,
  type Socket,
  type TcpNetConnectOpts,
} from 'node:net'
import { type ConnectionOptions, connect as connectSecurely } from 'node:tls'

export interface DialTarget {
  readonly secure: boolean
  readonly host: string
  readonly port: number
  /** For SNI and for the check of the certificate's name. */
  readonly serverName: string
  readonly ca: string | Buffer | undefined
}

/**
 * All plain sockets read into this one buffer: its bytes are consumed before the next read happens. A TLS
 * socket gets a buffer of its own, because decrypting may hand out bytes at other moments than a read.
 */
const sharedReadBuffer = Buffer.allocUnsafeSlow(65_536)
const tlsRecordBytes = 16_384

export function dialTarget(
  origin: string,
  tls?: { ca?: string | Buffer; serverName?: string },
): DialTarget {
  const url = new URL(origin)
  const secure = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = Number(url.port) || (secure ? 443 : 80)
  return { secure, host, port, serverName: tls?.serverName ?? host, ca: tls?.ca }
}

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
    rejectUnauthorized: true,
    ALPNProtocols: ['http/1.1'],
    onread: onread(Buffer.allocUnsafeSlow(tlsRecordBytes)),
    ...(target.ca === undefined ? {} : { ca: target.ca }),
    // An address cannot stand in SNI (RFC 6066 section 3); the certificate is then checked against it.
    ...(isIP(target.serverName) === 0 ? { servername: target.serverName } : {}),
  }
  const socket = connectSecurely(options)
  socket.setNoDelay(true)
  return socket
}
