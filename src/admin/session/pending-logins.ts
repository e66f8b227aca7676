import { hash } from 'node:crypto'
import type { Clock } from '../../clock.ts'

/** What ties the answer of an identity provider to the browser that asked for it. */
export interface LoginSecrets {
  /** Comes back in the address (RFC 6749 section 10.12). */
  readonly state: string
  /** Comes back in the id token (OpenID Connect Core section 15.5.2). */
  readonly nonce: string
  /** Its hash goes along first, itself with the code (RFC 7636). */
  readonly verifier: string
}

export interface PendingLoginsDeps {
  readonly clock: Clock
  readonly randomBytes: (size: number) => Buffer
  /** The network of an address, by which logins are counted. */
  readonly networkOf: (address: string) => string
}

/** Milliseconds that a person has at the provider. */
export const loginLastsMs = 600_000

/** Logins under way, and of one network; the oldest goes first, of the same network where that has its fill. */
export const maxLogins = 1000
export const maxLoginsOfNetwork = 50

/** What nobody can guess; 43 characters, as a code verifier must have at least. */
const secretBytes = 32

interface Pending {
  readonly secrets: LoginSecrets
  readonly network: string
  /** Monotonic milliseconds. */
  readonly begunAt: number
}

/** Logins that began here and are at the identity provider. Each is known by the hash of what its browser has, and is taken once. */
export function createPendingLogins({ clock, randomBytes, networkOf }: PendingLoginsDeps) {
  /** Oldest first. */
  const pending = new Map<string, Pending>()
  const secret = () => randomBytes(secretBytes).toString('base64url')

  function makeRoom(network: string): void {
    const own = [...pending].filter(([, each]) => each.network === network)
    const [oldest] =
      own.length >= maxLoginsOfNetwork ? own : pending.size >= maxLogins ? pending : []
    if (oldest !== undefined) pending.delete(oldest[0])
  }

  return {
    /** `key` is for the cookie of the browser alone. */
    begin(address: string): { readonly key: string; readonly secrets: LoginSecrets } {
      const network = networkOf(address)
      makeRoom(network)
      const key = secret()
      const secrets = { state: secret(), nonce: secret(), verifier: secret() }
      pending.set(hashOf(key), { secrets, network, begunAt: clock.monotonic() })
      return { key, secrets }
    },
    /** The login of this key, which is over with that; null for none, and for one that took too long. */
    take(key: string): LoginSecrets | null {
      const found = pending.get(hashOf(key))
      pending.delete(hashOf(key))
      return found !== undefined && clock.monotonic() - found.begunAt < loginLastsMs
        ? found.secrets
        : null
    },
  }
}

function hashOf(key: string): string {
  return hash('sha256', key, 'base64')
}
