import { createPrivateKey, X509Certificate } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import type { ContentProblem } from './content-problem.ts'

/** A certificate that is shown to others, its chain behind it. */
export function certificateProblem(text: string): ContentProblem | null {
  const rule = 'a file with a PEM certificate'
  if (blocksOf(text).every(({ label }) => label !== 'CERTIFICATE')) {
    return { rule, received: contentsInWords(text) }
  }
  const reason = reasonAgainst(() => createSecureContext({ cert: text }))
  return reason === null ? null : { rule, received: `one that cannot be read (${reason})` }
}

/** The private key of such a certificate; `certificate` is null when there is none to hold it against. */
export function privateKeyProblem(text: string, certificate: string | null): ContentProblem | null {
  const rule = 'a file with a PEM private key'
  const labels = blocksOf(text).map(({ label }) => label)
  if (!labels.some(label => label.endsWith('PRIVATE KEY'))) {
    return { rule, received: contentsInWords(text) }
  }
  if (labels.includes('ENCRYPTED PRIVATE KEY') || text.includes('Proc-Type: 4,ENCRYPTED')) {
    return { rule: `${rule} and no passphrase`, received: 'an encrypted key' }
  }
  const reason = reasonAgainst(() => createPrivateKey(text))
  if (reason !== null) return { rule, received: `one that cannot be read (${reason})` }
  if (certificate === null) return null
  if (!new X509Certificate(certificate).checkPrivateKey(createPrivateKey(text))) {
    return {
      rule: 'a file with the private key of certFile',
      received: 'the key of another certificate',
    }
  }
  const refusal = reasonAgainst(() => createSecureContext({ cert: certificate, key: text }))
  return refusal === null ? null : { rule, received: `one that TLS refuses (${refusal})` }
}

/** Authorities to trust. Judged one by one, since TLS passes over those that it cannot read. */
export function authoritiesProblem(text: string): ContentProblem | null {
  const rule = 'a file with at least one PEM certificate'
  const certificates = blocksOf(text).filter(({ label }) => label === 'CERTIFICATE')
  if (certificates.length === 0) return { rule, received: contentsInWords(text) }
  for (const [i, { block }] of certificates.entries()) {
    const reason = reasonAgainst(() => new X509Certificate(block))
    if (reason !== null) {
      return {
        rule: `${rule}, each of them readable`,
        received: `${certificates.length}, of which number ${i + 1} cannot be read (${reason})`,
      }
    }
  }
  return null
}

/** Revocation lists, judged one by one, as they are handed over. */
export function revocationsProblem(text: string): ContentProblem | null {
  const rule = 'a file with at least one PEM revocation list (X509 CRL)'
  const lists = revocationLists(text)
  if (lists.length === 0) return { rule, received: contentsInWords(text) }
  for (const [i, crl] of lists.entries()) {
    const reason = reasonAgainst(() => createSecureContext({ crl }))
    if (reason !== null) {
      return {
        rule: `${rule}, each of them readable`,
        received: `${lists.length}, of which number ${i + 1} cannot be read (${reason})`,
      }
    }
  }
  return null
}

/** The lists of a file, each by itself: of a text with several, TLS reads the first only. */
export function revocationLists(text: string): string[] {
  return blocksOf(text).flatMap(({ label, block }) => (label === 'X509 CRL' ? [block] : []))
}

/** The certificates of a file that is in order, its own first. */
export function certificatesIn(text: string): X509Certificate[] {
  return blocksOf(text).flatMap(({ label, block }) =>
    label === 'CERTIFICATE' ? [new X509Certificate(block)] : [],
  )
}

/** The blocks of a PEM file (RFC 7468), each with all that stands before the line in which the next one begins. */
function blocksOf(text: string): { label: string; block: string }[] {
  const begins = [...text.matchAll(/^-----BEGIN ([A-Z0-9 ]+)-----/gm)]
  return begins.map(({ 1: label = '', index }, i) => {
    return { label, block: text.slice(index, begins[i + 1]?.index) }
  })
}

function contentsInWords(text: string): string {
  if (text.trim() === '') return 'an empty file'
  const labels = new Set(blocksOf(text).map(({ label }) => label))
  return labels.size === 0 ? 'text that is not PEM' : `PEM with ${[...labels].join(', ')} only`
}

/** Why reading fails, in OpenSSL's few words; null when it does not. */
function reasonAgainst(read: () => unknown): string | null {
  try {
    read()
    return null
  } catch (error) {
    if (!(error instanceof Error)) return String(error)
    return 'reason' in error ? String(error.reason) : error.message
  }
}
