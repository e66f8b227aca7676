import type { X509Certificate } from 'node:crypto'

/** The names of a certificate that a machine can go by (RFC 5280 section 4.2.1.6). */
export interface AltNames {
  readonly dns: readonly string[]
  readonly uris: readonly string[]
}

/** One entry as Node writes it. A value with a comma, a quote or a control character in it comes as a JSON text. */
const entry = /([\w ]+):("(?:[^"\\]|\\.)*"|[^",]*)(?:, |$)/y

/** Takes the names of a certificate out of its subjectAltName. A text that cannot be read to its end names nobody. */
export function altNames({ subjectAltName }: Pick<X509Certificate, 'subjectAltName'>): AltNames {
  const dns: string[] = []
  const uris: string[] = []
  const text = subjectAltName ?? ''
  entry.lastIndex = 0
  for (let at = 0; at < text.length; at = entry.lastIndex) {
    const [, kind, written = ''] = entry.exec(text) ?? []
    if (kind === undefined) return { dns: [], uris: [] }
    const name = written.startsWith('"') ? String(JSON.parse(written)) : written
    if (kind === 'DNS') dns.push(name)
    else if (kind === 'URI') uris.push(name)
  }
  return { dns, uris }
}
