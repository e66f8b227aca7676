import { readFile } from 'node:fs/promises'
import type { Snapshot } from '../config/snapshot.ts'

/** The PEM texts of the client listener; undefined for cleartext. */
export async function readCertificate({ process }: Snapshot) {
  const { tls } = process.listen
  if (tls === undefined) return undefined
  return { cert: await readFile(tls.certFile, 'utf8'), key: await readFile(tls.keyFile, 'utf8') }
}
