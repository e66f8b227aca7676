import { constants } from 'node:crypto'
import type { Socket } from 'node:net'
import {
  createSecureContext,
  type SecureContext,
  type SecureContextOptions,
  type Server,
  type TLSSocket,
  type TlsOptions,
} from 'node:tls'
import { isDeepStrictEqual } from 'node:util'
import type { ClientTrust, ListenTls } from '../config/listen-tls.ts'
import { type HandshakeFailure, handshakeFailure } from './handshake-failure.ts'
import { byServerName, type FindByName } from './server-names.ts'

/**
 * Forward secrecy and authenticated encryption only. The three of TLS 1.3, then those of 1.2 that
 * RFC 9325 section 4.2 recommends, none of which HTTP/2 forbids (RFC 9113 appendix A).
 */
const ciphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
].join(':')

/** What one snapshot shows to clients. */
interface Shown {
  /** For clients whose name nobody has. */
  readonly first: SecureContextOptions
  readonly find: FindByName<SecureContext>
  readonly refusesOthers: boolean
}

export interface ServerTlsOptions {
  readonly first: ListenTls
  /** Hears of every connection that did not come about; `client` is the peer's address. */
  readonly onFailure: (reason: HandshakeFailure, client: string | undefined) => void
}

/**
 * The TLS of a listener: which certificate a client is shown, whose certificates are believed, and
 * how both are renewed while the server runs. Throws where TLS refuses them. How the server itself is
 * made is not its matter: it may be of `tls`, `https` or `http2`.
 */
export function createServerTls({ first, onFailure }: ServerTlsOptions) {
  let shown = open(first)
  let trust = first.clients
  let server: Server | null = null
  /** Whose certificates were believed when a connection began, by what is beneath its TLS. */
  const begun = new WeakMap<object, ClientTrust | null>()

  return {
    /** For `createServer`. */
    options: {
      ...shown.first,
      SNICallback: (name, done) => done(null, shown.find(name)),
      requestCert: first.clients !== null,
      rejectUnauthorized: first.clients?.demand === 'require',
    } satisfies TlsOptions,
    /** Takes charge of the server that was made with `options`. */
    follow(made: Server): void {
      server = made
      if (trust !== null) made.on('connection', (socket: Socket) => begun.set(socket, trust))
      made.on('tlsClientError', (error: NodeJS.ErrnoException, socket: TLSSocket) => {
        const { servername } = socket
        onFailure(
          handshakeFailure({
            code: error.code,
            // Null as long as the client's certificate was not looked at, whatever the types say.
            authorizationError: socket.authorizationError as unknown as string | null,
            nameRefused: shown.refusesOthers && !(servername && shown.find(servername)),
          }),
          peerOf(socket),
        )
      })
    },
    /**
     * Whether a connection began when other client certificates were believed than now, so that
     * nobody knows whether its own still would be.
     */
    isOutdated(socket: Socket): boolean {
      if (trust === null) return false
      const before = begun.get(beneath(socket) ?? socket)
      return before !== undefined && before !== trust
    },
    /**
     * Opens what another snapshot shows, and throws where TLS refuses it. Called, the result puts it
     * into force for connections from then on; open ones keep what they have. Whether clients are
     * asked for certificates was settled when the server was made; whose are believed is not.
     */
    prepare(next: ListenTls): () => void {
      // Without authorities of its own, TLS would believe those of the whole web.
      const wanted = trust === null ? null : (next.clients ?? trust)
      const clients = isDeepStrictEqual(wanted, trust) ? trust : wanted
      const opened = open({ ...next, clients })
      return () => {
        shown = opened
        trust = clients
        server?.setSecureContext(opened.first)
      }
    },
  }
}

/** Once a handshake timed out, TLS has let go of its connection, which still knows who it was. */
function peerOf(socket: TLSSocket): string | undefined {
  return socket.remoteAddress ?? beneath(socket)?.remoteAddress
}

function beneath(socket: Socket): Socket | null | undefined {
  return (socket as { _parent?: Socket | null })._parent
}

export type ServerTls = ReturnType<typeof createServerTls>

function open({ certificates, unknownNames, minVersion, clients }: ListenTls): Shown {
  const common: SecureContextOptions = {
    minVersion,
    ciphers,
    // A ticket would let a client in again without its certificate being looked at, expired by then or not.
    secureOptions:
      constants.SSL_OP_NO_RENEGOTIATION | (clients === null ? 0 : constants.SSL_OP_NO_TICKET),
    ...(clients === null ? {} : { ca: clients.authorities, crl: [...clients.revocations] }),
  }
  const served = certificates.map(({ names, cert, key }) => {
    const options = { ...common, cert, key }
    return { names, options, value: createSecureContext(options) }
  })
  const refusesOthers = unknownNames === 'refuse'
  return {
    // A server without a certificate ends the handshake by itself, with the alert that belongs there.
    first: refusesOthers ? common : (served[0]?.options ?? common),
    find: byServerName(served),
    refusesOthers,
  }
}
