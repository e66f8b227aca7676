import type { X509Certificate } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import { certificatesIn } from '../../config/pem-rules.ts'
import { type Judgement, ok, problem, warning } from './judgement.ts'

const dayMs = 86_400_000

/** A certificate that is shown to others, its chain behind it; `pem` has been found in order. */
export function judgeCertificate(pem: string, now: number, warnBeforeDays: number): Judgement[] {
  const chain = certificatesIn(pem)
  return [judgeEnd(chain, now, warnBeforeDays), ...judgeChain(chain)]
}

/** Certificates of authorities: each stands for itself. */
export function judgeAuthorities(pem: string, now: number): Judgement {
  const all = certificatesIn(pem)
  const ended = all.filter(({ validToDate }) => validToDate.getTime() <= now)
  if (ended.length === 0) return ok(`${all.length} authorities`)
  const names = ended.map(({ subject }) => inOneLine(subject)).join('; ')
  return warning(
    `of ${all.length} authorities these have expired: ${names}`,
    'take them out of the file, and put their successors in',
  )
}

function judgeEnd(
  chain: readonly X509Certificate[],
  now: number,
  warnBeforeDays: number,
): Judgement {
  const ends = Math.min(...chain.map(({ validToDate }) => validToDate.getTime()))
  const begins = Math.max(...chain.map(({ validFromDate }) => validFromDate.getTime()))
  const day = new Date(ends).toISOString().slice(0, 10)
  const next = 'have it renewed and put the new one in its place; it is taken up without a restart'
  if (ends <= now) return problem(`expired on ${day}`, next)
  if (begins > now) {
    return problem(
      `not valid before ${new Date(begins).toISOString().slice(0, 10)}`,
      'see whether the clock of this machine is right, or have it made anew',
    )
  }
  const days = Math.floor((ends - now) / dayMs)
  const found = `good until ${day} (${days} ${days === 1 ? 'day' : 'days'})`
  return days < warnBeforeDays ? warning(found, next) : ok(found)
}

/** Whether clients that know the authority alone can follow the file up to it. */
function judgeChain(chain: readonly X509Certificate[]): Judgement[] {
  const broken = chain.findIndex((each, i) => {
    const above = chain[i + 1]
    return above !== undefined && !isBy(each, above)
  })
  if (broken !== -1) {
    return [
      warning(
        `number ${broken + 1} of its file is not signed by the one behind it`,
        'order the file: the own certificate first, then each that signed the one before',
      ),
    ]
  }
  const last = chain.at(-1) as X509Certificate
  if (isBy(last, last) || !isOfPublicAuthority(last) || isKnownRoot(last.issuer)) return []
  return [
    warning(
      `nothing behind it leads to ${inOneLine(last.issuer)}: many clients will not trust it`,
      'put the intermediate certificate behind it in the same file (the "full chain" of the authority)',
    ),
  ]
}

function isBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}

/** Authorities of the web say where the certificate above is to be had (RFC 5280 section 4.2.2.1); those of a house seldom. */
function isOfPublicAuthority({ infoAccess }: X509Certificate): boolean {
  return infoAccess?.includes('CA Issuers') ?? false
}

function isKnownRoot(issuer: string): boolean {
  return rootCertificates.some(pem => certificatesIn(pem)[0]?.subject === issuer)
}

function inOneLine(subject: string): string {
  return subject.replaceAll('\n', ', ')
}
