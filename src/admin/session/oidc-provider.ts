import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  None,
} from 'openid-client'
import type { Clock } from '../../clock.ts'
import type { OidcLoginRule } from '../../config/admin-rule.ts'
import { boundedFetch } from './bounded-fetch.ts'
import type { LoginSecrets } from './pending-logins.ts'

/** Why an identity provider logged nobody in. */
export type ProviderFault =
  | 'login-refused' // it said no, or what came back is not the answer to what was asked
  | 'provider-unavailable' // it does not answer, or with a failure of its own

export type Redeemed =
  | { readonly ok: true; readonly idToken: string }
  | {
      readonly ok: false
      readonly reason: ProviderFault
      /** In words of OAuth, for the log; nothing secret. */
      readonly detail: string
    }

export interface OidcProviderDeps {
  /** Address of the provider, as in `iss`. */
  readonly issuer: string
  readonly login: OidcLoginRule
  readonly clock: Clock
}

/** Seconds that the provider has for each answer. */
const patienceSeconds = 5

/** Milliseconds after which it is asked anew where its endpoints are, and after a failure. */
const freshMs = 3_600_000
const restMs = 5000

/**
 * Logs people in at an identity provider by authorization code (OpenID Connect Core section 3.1) with
 * PKCE. Where its endpoints are is asked when somebody first wants to log in: nothing here needs it
 * to be there before.
 */
export function createOidcProvider({ issuer, login, clock }: OidcProviderDeps) {
  let found: Configuration | null = null
  let triedAt = Number.NEGATIVE_INFINITY
  let trying: Promise<void> | null = null

  async function discover(): Promise<void> {
    triedAt = clock.monotonic()
    try {
      found = await discovery(new URL(issuer), login.clientId, undefined, clientAuth(login), {
        // Its address is judged with the configuration: without TLS it is on loopback.
        execute: [allowInsecureRequests],
        timeout: patienceSeconds,
        [customFetch]: (url, options) => boundedFetch(url, options as RequestInit),
      })
    } catch {
      // What was found before is better than nothing.
    }
  }

  async function configuration(): Promise<Configuration | null> {
    const age = clock.monotonic() - triedAt
    if (trying === null && age >= (found === null ? restMs : freshMs)) {
      trying = discover().finally(() => {
        trying = null
      })
    }
    await trying
    return found
  }

  return {
    /** Where a browser is sent to prove who uses it, `again` whoever the provider takes that to be; null while it cannot be reached. */
    async authorizationUrl(
      { state, nonce, verifier }: LoginSecrets,
      again: boolean,
    ): Promise<string | null> {
      const configured = await configuration()
      if (configured === null) return null
      const challenge = await calculatePKCECodeChallenge(verifier)
      return buildAuthorizationUrl(configured, {
        ...{ redirect_uri: login.redirectUri, scope: login.scopes.join(' ') },
        ...{ state, nonce, code_challenge: challenge, code_challenge_method: 'S256' },
        ...(again ? { prompt: 'login' } : {}),
      }).href
    },
    /** The id token for what the browser brought back. Its signature and its claims are still to be judged. */
    async redeem(query: string, { state, nonce, verifier }: LoginSecrets): Promise<Redeemed> {
      const configured = await configuration()
      if (configured === null) return unavailable('no discovery')
      try {
        const tokens = await authorizationCodeGrant(
          configured,
          new URL(`${login.redirectUri}${query}`),
          { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier },
        )
        return { ok: true, idToken: tokens.id_token as string }
      } catch (error) {
        return faultOf(error as ProviderError)
      }
    },
  }
}

export type OidcProvider = ReturnType<typeof createOidcProvider>

/** The parts of the library's errors that tell them apart. */
interface ProviderError extends Error {
  readonly code?: string
  /** Of RFC 6749 sections 4.1.2.1 and 5.2, as it was received. */
  readonly error?: string
  readonly status?: number
  readonly cause?: unknown
}

function faultOf({ name, code = name, error, status, cause }: ProviderError): Redeemed {
  const word = error !== undefined && /^[a-z_]{1,64}$/.test(error) ? ` ${error}` : ''
  const detail = `${code}${word}`
  const answered = status ?? (cause instanceof Response ? cause.status : 0)
  // What fetch throws is a TypeError.
  const isSilent = name === 'TypeError' || code === 'OAUTH_TIMEOUT'
  if (isSilent || answered >= 500) return unavailable(detail)
  return { ok: false, reason: 'login-refused', detail }
}

function unavailable(detail: string): Redeemed {
  return { ok: false, reason: 'provider-unavailable', detail }
}

/** By header where the provider takes that, which is what it does if it says nothing (OpenID Connect Discovery section 3). */
function clientAuth({ clientSecret }: OidcLoginRule): ClientAuth {
  if (clientSecret === null) return None()
  const [basic, post] = [ClientSecretBasic(clientSecret), ClientSecretPost(clientSecret)]
  return (server, ...rest) => {
    const taken = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    return (taken.includes('client_secret_basic') ? basic : post)(server, ...rest)
  }
}
