import { isIP } from 'node:net'

/** How the certificate of an https origin is verified. */
export interface OriginTls {
  /** PEM text of the authorities to trust instead of the system's. */
  readonly ca?: string
  /** Name to expect in the certificate, default the host of the origin. */
  readonly serverName?: string
}

/** Where a connection to an origin goes, and what its TLS must prove. */
export interface DialTarget {
  readonly secure: boolean
  readonly host: string
  readonly port: number
  /** Name or address that the certificate must be for. */
  readonly serverName: string
  /** Options for node:tls; of no use where `secure` is false. */
  readonly tls: {
    /** Said each time: a process-wide switch of Node's turns verification off where it is not. */
    readonly rejectUnauthorized: true
    readonly ca?: string
    /** Absent for an address, which cannot stand in SNI (RFC 6066 section 3) and is verified all the same. */
    readonly servername?: string
  }
}

/** `origin`: `http://host:port` or `https://host:port`. */
export function dialTarget(origin: string, { ca, serverName }: OriginTls = {}): DialTarget {
  const url = new URL(origin)
  const secure = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const expected = serverName ?? host
  return {
    secure,
    host,
    port: Number(url.port) || (secure ? 443 : 80),
    serverName: expected,
    tls: {
      rejectUnauthorized: true,
      ...(ca === undefined ? {} : { ca }),
      ...(isIP(expected) === 0 ? { servername: expected } : {}),
    },
  }
}
