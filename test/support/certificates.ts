import { isIP } from 'node:net'
import { generate, type SelfsignedOptions } from 'selfsigned'

export interface CertificateOptions {
  readonly commonName: string
  /** DNS names, IP addresses and URIs; none makes a certificate that is valid for no name. */
  readonly altNames?: readonly string[]
  /** One day from now unless given; a time in the past makes an expired certificate. */
  readonly notAfter?: Date
  /** The authority that signs; without it the certificate signs itself. */
  readonly ca?: Certificate
  /** Whom it proves; `server` unless given. */
  readonly purpose?: 'server' | 'client'
}

/** PEM texts. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

const dayMs = 86_400_000

/** Makes a certificate with an EC key. */
export function makeCertificate(options: CertificateOptions): Promise<Certificate> {
  const altNames = (options.altNames ?? []).map(name =>
    isIP(name) !== 0
      ? { type: 7 as const, ip: name }
      : { type: name.includes('://') ? (6 as const) : (2 as const), value: name },
  )
  return issue(options, [
    { name: 'basicConstraints', cA: false, critical: true },
    { name: 'keyUsage', digitalSignature: true, critical: true },
    { name: 'extKeyUsage', [options.purpose === 'client' ? 'clientAuth' : 'serverAuth']: true },
    ...(altNames.length === 0 ? [] : [{ name: 'subjectAltName' as const, altNames }]),
  ])
}

/** Makes a certificate authority, for the `ca` of others and for a client's trust. */
export function makeAuthority(commonName: string): Promise<Certificate> {
  return issue({ commonName }, [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
  ])
}

async function issue(
  { commonName, notAfter, ca }: CertificateOptions,
  extensions: NonNullable<SelfsignedOptions['extensions']>,
): Promise<Certificate> {
  const until = notAfter ?? new Date(Date.now() + dayMs)
  const made = await generate([{ name: 'commonName', value: commonName }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(Math.min(Date.now(), until.getTime()) - dayMs),
    notAfterDate: until,
    extensions,
    ...(ca === undefined ? {} : { ca }),
  })
  return { cert: made.cert, key: made.private }
}
