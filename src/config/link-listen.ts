import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { isHostPattern } from './address-rules.ts'
import { faultAt, isWritten } from './document.ts'
import type { Fault } from './fault.ts'
import type { FieldPath } from './field-path.ts'
import { namesIn } from './listen-tls.ts'
import { certificateProblem, certificatesIn } from './pem-rules.ts'
import type { Checked } from './validate.ts'

const pair = ['certFile', 'keyFile'] as const
/** What says something about client certificates only. */
const ofClients = ['clientCrlFile', 'clientCertificates'] as const

/**
 * The rules of `listen.tls` that a schema cannot say. `texts` are the contents of the files that it
 * names, by absolute path, as far as they could be read.
 */
export function linkListen(
  process: Checked<'process'>,
  texts: ReadonlyMap<string, string>,
  dir: string,
): Fault[] {
  const { document, draft } = process
  const { tls } = draft.listen ?? {}
  if (tls === undefined) return []
  const faults: Fault[] = []
  const complain = (path: FieldPath, rule: string): void => {
    faults.push(faultAt(document, ['listen', 'tls', ...path], rule))
  }
  const has = (field: string): boolean => isWritten(document, ['listen', 'tls', field])

  for (const field of ofClients) {
    if (has(field) && !has('clientCaFile')) complain([field], 'left out, or clientCaFile be given')
  }
  const isList = has('certificates')
  const misspelt = new Set(process.faults.map(({ hint }) => hint))
  for (const field of pair) {
    if (isList && has(field)) complain([field], 'left out, since each of certificates has its own')
    if (!isList && !has(field) && !misspelt.has(field)) complain([field], 'present')
  }

  const taken = new Map<string, number>()
  tls.certificates?.forEach((each, i) => {
    const text = each?.certFile === undefined ? undefined : texts.get(resolve(dir, each.certFile))
    const certificate =
      text === undefined || certificateProblem(text) !== null ? undefined : certificatesIn(text)[0]
    // The first is there for whoever names nothing that is known.
    if (i > 0 && each?.names === undefined && certificate && namesIn(certificate).length === 0)
      complain(['certificates', i, 'names'], 'present, since the certificate has no DNS name')
    each?.names?.forEach((name, at) => {
      if (name === undefined) return
      const path = ['certificates', i, 'names', at]
      const other = taken.get(name)
      if (!isServerName(name)) complain(path, 'a lower-case host name, or *. and such a name')
      else if (other !== undefined)
        complain(path, `another name than those of certificates[${other}]`)
      else taken.set(name, i)
    })
  })
  return faults
}

/** What a client can ask for: a name, never an address (RFC 6066 section 3). */
function isServerName(text: string): boolean {
  return isHostPattern(text) && !text.startsWith('[') && isIP(text) === 0
}
