import type { Attempts } from '../admin/attempts.ts'
import { createOidcProvider } from '../admin/session/oidc-provider.ts'
import type { LoginSecrets } from '../admin/session/pending-logins.ts'
import type { Proven } from '../admin/session/proof.ts'
import type { Clock } from '../clock.ts'
import type { OidcLoginRule, OidcRule } from '../config/admin-rule.ts'
import type { KeySet } from '../identity/key-set.ts'
import { createJwtVerifier } from '../identity/verifier.ts'
import type { AdminCallers } from './admin-callers.ts'

export interface OidcDoorDeps {
  readonly rule: OidcRule
  readonly login: OidcLoginRule
  /** Of the provider. */
  readonly keySet: KeySet
  readonly callers: AdminCallers
  readonly attempts: Attempts
  readonly clock: Clock
}

/** The page of an identity provider on which people log in, and what is believed of what they bring back. */
export interface OidcDoor {
  readonly host: string
  /** Null while the provider cannot be reached. */
  authorizationUrl(secrets: LoginSecrets, again: boolean): Promise<string | null>
  prove(query: string, secrets: LoginSecrets, address: string): Promise<Proven>
}

/** Believes an id token by the keys and rules that hold for bearer tokens, for this client in the place of the audience. */
export function createOidcDoor(deps: OidcDoorDeps): OidcDoor {
  const { rule, login, keySet, callers, attempts, clock } = deps
  const { issuer } = rule.issuer
  const provider = createOidcProvider({ issuer, login, clock })
  const own = { ...rule.issuer, audience: login.clientId }
  const verifier = createJwtVerifier({
    rule: { ...rule, issuers: [own], requiredClaims: [] },
    keySets: [keySet],
    clock,
  })

  return {
    host: new URL(issuer).host,
    authorizationUrl: provider.authorizationUrl,
    async prove(query, secrets, address) {
      // Each asks something of the provider in our name.
      const waitMs = await attempts.waitMs(secrets.state, address)
      if (waitMs > 0) return { ...refused('too-many-attempts'), retryAfterMs: waitMs }
      const redeemed = await provider.redeem(query, secrets)
      if (!redeemed.ok) return { ...refused(redeemed.reason), detail: redeemed.detail }
      const verified = await verifier.verify(redeemed.idToken)
      if (!verified.ok) return refused(verified.reason)
      // The `exp` of an id token says until when it may be handed in, not how long somebody stays.
      const said = { by: 'oidc', issuer, audience: own.audience } as const
      return callers.byProof({ ...said, claims: verified.claims, untilMs: null })
    },
  }
}

type Refused = Extract<Proven, { ok: false }>

function refused(reason: Refused['reason']): Refused {
  return { ok: false, reason, name: null, retryAfterMs: 0 }
}
