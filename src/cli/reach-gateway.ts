import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isLoopback } from '../config/loopback.ts'
import { adminUrl } from '../pipeline/admin-url.ts'

/** What a command line says of the gateway that it is about. */
export interface AdminTarget {
  /** `--admin`, such as http://127.0.0.1:9900. */
  readonly admin?: string | undefined
  /** `--ca`: PEM file with the authorities of its certificate; Node's own without it. */
  readonly ca?: string | undefined
  /** `--token-file`: file with the token; before the one in the environment. */
  readonly tokenFile?: string | undefined
  /** The configuration directory, whose `admin` says where to ask when `--admin` does not. */
  readonly dir: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** How a gateway is reached. */
export interface Way {
  /** Such as https://127.0.0.1:9900. */
  readonly address: string
  /** PEM texts of what vouches for its certificate; null for what Node trusts. */
  readonly trusted: string | null
  /** The one certificate that is right, by whatever name it is reached; null where names count. */
  readonly pinned: X509Certificate | null
  readonly token: string | null
}

export type Reached =
  | { readonly ok: true; readonly way: Way }
  | { readonly ok: false; readonly message: string }

/** Variable with the token of who runs the command. */
export const tokenVariable = 'SWITCHBACK_ADMIN_TOKEN'

/** Finds out how a gateway is reached. Never rejects: what is wrong with the command line is told. */
export async function reachGateway(target: AdminTarget): Promise<Reached> {
  try {
    const place = await placeOf(target)
    const token = await tokenOf(target)
    const { protocol, hostname } = new URL(place.address)
    if (token !== null && protocol === 'http:' && !isLoopback(hostname)) {
      const rule = 'https, or a loopback address, since a token goes along'
      return {
        ok: false,
        message: `Cannot ask the gateway: --admin must be ${rule}, received ${place.address}`,
      }
    }
    const trusted = target.ca === undefined ? place.trusted : await textOf('--ca', target.ca)
    return { ok: true, way: { ...place, trusted, token } }
  } catch (error) {
    if (error instanceof UnreadableFile) return { ok: false, message: error.message }
    throw error
  }
}

/** A configuration that is broken right now must not hide the gateway. */
async function placeOf({ admin, dir, env, ca }: AdminTarget): Promise<Omit<Way, 'token'>> {
  if (admin !== undefined) return { address: admin, trusted: null, pinned: null }
  const { loadConfig } = await import('../config/load.ts')
  const loaded = await loadConfig({ dir, env })
  if (!loaded.ok) return { address: 'http://127.0.0.1:9900', trusted: null, pinned: null }
  const { admin: listener } = loaded.snapshot.process
  const { tls } = listener
  const address = adminUrl(listener, listener.port)
  if (tls === undefined || ca !== undefined) return { address, trusted: null, pinned: null }
  // The files say which certificate it shows, so that neither its authority nor its name matters.
  const trusted = await textOf('admin.tls.certFile', tls.certFile)
  return { address, trusted, pinned: new X509Certificate(trusted) }
}

async function tokenOf({ tokenFile, env }: AdminTarget): Promise<string | null> {
  const written =
    tokenFile === undefined ? env[tokenVariable] : await textOf('--token-file', tokenFile)
  const token = written?.trim() ?? ''
  if (token === '' && tokenFile === undefined) return null
  if (/^[!-~]+$/.test(token)) return token
  const from = tokenFile === undefined ? tokenVariable : '--token-file'
  throw new UnreadableFile(
    `Cannot ask the gateway: ${from} must hold one token, received other text`,
  )
}

class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile'
}

async function textOf(option: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const message = `Cannot ask the gateway: ${option} must be a file that can be read, received ${file} (${code})`
    throw new UnreadableFile(message, { cause })
  }
}
