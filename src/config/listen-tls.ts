import type { X509Certificate } from 'node:crypto'
import { altNames } from './alt-names.ts'
import { certificatesIn, revocationLists } from './pem-rules.ts'
import type { ListenTlsConfig } from './schema-listen.ts'

/**
 * What the client listener proves itself by, and whom it believes: `listen.tls` with the contents of
 * its files. They are read once for all workers, so what was judged is what is served, and a worker
 * that starts while a file on disk is broken serves what the others do.
 */
export interface ListenTls {
  /** In the order of the file; never empty. */
  readonly certificates: readonly ServedCertificate[]
  readonly unknownNames: ListenTlsConfig['unknownNames']
  readonly minVersion: ListenTlsConfig['minVersion']
  /** Null: clients are asked for no certificate. */
  readonly clients: ClientTrust | null
  readonly warnBeforeDays: number
}

export interface ServedCertificate {
  /** Absolute path of `certFile`. */
  readonly file: string
  /** Lower-case host names that it is shown for, with `*` for a first label. */
  readonly names: readonly string[]
  /** PEM: the certificate and those between it and its authority. */
  readonly cert: string
  readonly key: string
  /** Wall-clock milliseconds at which the first of the chain expires. */
  readonly expiresAt: number
}

/** Whose client certificates are believed. */
export interface ClientTrust {
  readonly demand: ListenTlsConfig['clientCertificates']
  /** PEM texts: of the authorities, and of each of their revocation lists. */
  readonly authorities: string
  readonly revocations: readonly string[]
}

/** `tls` has been linked and its paths are absolute; `texts` holds the contents of its files by path. */
export function listenTls(tls: ListenTlsConfig, texts: ReadonlyMap<string, string>): ListenTls {
  const { unknownNames, minVersion, warnBeforeDays, clientCaFile, clientCrlFile } = tls
  const contents = (path: string | undefined) => texts.get(path as string) as string
  return {
    unknownNames,
    minVersion,
    warnBeforeDays,
    certificates: pairsOf(tls).map(pair => servedCertificate(pair, texts)),
    clients:
      clientCaFile === undefined
        ? null
        : {
            demand: tls.clientCertificates,
            authorities: contents(clientCaFile),
            revocations:
              clientCrlFile === undefined ? [] : revocationLists(contents(clientCrlFile)),
          },
  }
}

/** A pair of files with absolute paths, whose contents are in `texts`. */
export function servedCertificate(
  { certFile, keyFile, names }: CertificatePair,
  texts: ReadonlyMap<string, string>,
): ServedCertificate {
  const cert = texts.get(certFile) as string
  const chain = certificatesIn(cert)
  return {
    file: certFile,
    names: names ?? namesIn(chain[0] as X509Certificate),
    cert,
    key: texts.get(keyFile) as string,
    expiresAt: Math.min(...chain.map(({ validToDate }) => validToDate.getTime())),
  }
}

interface CertificatePair {
  readonly certFile: string
  readonly keyFile: string
  readonly names?: readonly string[]
}

function pairsOf({ certificates, certFile, keyFile }: ListenTlsConfig): readonly CertificatePair[] {
  return certificates ?? [{ certFile: certFile as string, keyFile: keyFile as string }]
}

/** The host names of a server certificate. */
export function namesIn(certificate: X509Certificate): string[] {
  return [...new Set(altNames(certificate).dns.map(name => name.toLowerCase()))]
}
