import { readFile } from 'node:fs/promises'
import type { UpstreamConfig } from '../config/schema-route.ts'
import type { OriginTls } from './dial-target.ts'

/** What the files of an upstream's `tls` hold by now: a file that was renewed makes another value. */
export async function readOriginTls({ tls }: UpstreamConfig): Promise<OriginTls> {
  if (tls === undefined) return {}
  const { caFile, certFile, keyFile, serverName, minVersion } = tls
  return {
    ...(caFile === undefined ? {} : { ca: await readFile(caFile, 'utf8') }),
    ...(certFile === undefined ? {} : { cert: await readFile(certFile, 'utf8') }),
    ...(keyFile === undefined ? {} : { key: await readFile(keyFile, 'utf8') }),
    ...(serverName === undefined ? {} : { serverName }),
    minVersion,
  }
}
