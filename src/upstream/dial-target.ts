import { isIP } from 'node:net'
import { createSecureContext, type SecureContext } from 'node:tls'
import { type TlsTrouble, tlsTrouble } from './tls-trouble.ts'

/** What an https origin must prove, and what it is shown; PEM texts. */
export interface OriginTls {
  /** The authorities to trust instead of the system's. */
  readonly ca?: string
  /** Name to expect in the certificate, default the host of the origin. */
  readonly serverName?: string
  /** The gateway's own certificate with its chain, for an origin that asks for one, and its key. */
  readonly cert?: string
  readonly key?: string
  /** Default TLSv1.2. */
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3'
}

/** Where a connection to an origin goes, and what its TLS must prove. */
export interface DialTarget {
  /** `http://host:port` or `https://host:port`; never shown to clients. */
  readonly origin: string
  readonly secure: boolean
  readonly host: string
  readonly port: number
  /** Name or address that the certificate must be for. */
  readonly serverName: string
  /** Options for node:tls; of no use where `secure` is false. */
  readonly tls: {
    /** Said each time: a process-wide switch of Node's turns verification off where it is not. */
    readonly rejectUnauthorized: true
    /** Read once for all connections. */
    readonly secureContext?: SecureContext
    /** Absent for an address, which cannot stand in SNI (RFC 6066 section 3) and is verified all the same. */
    readonly servername?: string
  }
  /** To be told of each connection that its TLS ended, with what Node says. */
  readonly tlsFailed: (cause: Error | undefined) => void
}

/**
 * `origin`: `http://host:port` or `https://host:port`. `onTrouble` hears of each connection to it that
 * TLS ended. Throws where certificate, key and authorities cannot be used.
 */
export function dialTarget(
  origin: string,
  tls: OriginTls = {},
  onTrouble: (trouble: TlsTrouble) => void = () => {},
): DialTarget {
  const url = new URL(origin)
  const secure = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const expected = tls.serverName ?? host
  return {
    origin,
    secure,
    host,
    port: Number(url.port) || (secure ? 443 : 80),
    serverName: expected,
    tls: {
      rejectUnauthorized: true,
      ...(secure ? { secureContext: contextOf(origin, tls) } : {}),
      ...(isIP(expected) === 0 ? { servername: expected } : {}),
    },
    tlsFailed: cause => onTrouble(tlsTrouble(cause)),
  }
}

function contextOf(origin: string, { ca, cert, key, minVersion }: OriginTls): SecureContext {
  try {
    return createSecureContext({
      // Said each time, as a switch of Node's could allow less.
      minVersion: minVersion ?? 'TLSv1.2',
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    })
  } catch (cause) {
    const rule = 'its caFile, certFile and keyFile must be PEM that fits together'
    throw new Error(`Cannot prepare TLS to ${origin}: ${rule}`, { cause })
  }
}
