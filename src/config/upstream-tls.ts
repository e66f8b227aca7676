import { certificatesIn } from './pem-rules.ts'
import type { UpstreamConfig } from './schema-route.ts'

/**
 * `tls` of a variant with the contents of its files. They are read once for all workers, so what was
 * judged is what is shown, and a file that was renewed makes another value.
 */
export interface UpstreamTls {
  /** PEM: the authorities to trust instead of the system's. */
  readonly ca?: string
  /** PEM: the gateway's own certificate with its chain, and its key. */
  readonly cert?: string
  readonly key?: string
  readonly serverName?: string
  readonly minVersion: 'TLSv1.2' | 'TLSv1.3'
  /** Of `cert`; null without one. */
  readonly own: OwnCertificate | null
}

/** A certificate that upstreams are shown. */
export interface OwnCertificate {
  /** Absolute path of `certFile`. */
  readonly file: string
  /** Wall-clock milliseconds at which the first of the chain expires. */
  readonly expiresAt: number
}

/** A variant as the rooms use it. */
export interface LinkedUpstream extends Omit<UpstreamConfig, 'tls'> {
  readonly tls?: UpstreamTls
}

/** `upstream` has been linked and its paths are absolute; `texts` holds the contents of its files by path. */
export function linkedUpstream(
  { tls, ...rest }: UpstreamConfig,
  texts: ReadonlyMap<string, string>,
): LinkedUpstream {
  return tls === undefined ? rest : { ...rest, tls: upstreamTls(tls, texts) }
}

function upstreamTls(
  { caFile, certFile, keyFile, serverName, minVersion }: NonNullable<UpstreamConfig['tls']>,
  texts: ReadonlyMap<string, string>,
): UpstreamTls {
  const contents = (path: string) => texts.get(path) as string
  return {
    ...(caFile === undefined ? {} : { ca: contents(caFile) }),
    ...(certFile === undefined ? {} : { cert: contents(certFile) }),
    ...(keyFile === undefined ? {} : { key: contents(keyFile) }),
    ...(serverName === undefined ? {} : { serverName }),
    minVersion,
    own: certFile === undefined ? null : ownCertificate(certFile, contents(certFile)),
  }
}

function ownCertificate(file: string, text: string): OwnCertificate {
  const ends = certificatesIn(text).map(({ validToDate }) => validToDate.getTime())
  return { file, expiresAt: Math.min(...ends) }
}
