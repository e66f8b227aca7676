import type { AuthConfig, JwtConfig } from './schema-auth.ts'
import type { CertificateConfig } from './schema-certificate.ts'

/** `auth` of a policy as the rooms use it. */
export type AuthRule = 'public' | JwtRule

export interface JwtRule {
  /** Empty where no token is asked for. */
  readonly issuers: readonly IssuerRule[]
  /** Null where no certificate is asked for. */
  readonly certificate: CertificateRule | null
  readonly clockToleranceSeconds: number
  readonly requiredClaims: readonly string[]
  /** Cookie that may carry the token; null for none. */
  readonly cookie: string | null
  readonly access: AccessRule
  readonly forward: ForwardRule
}

export interface IssuerRule {
  readonly issuer: string
  readonly audience: string
  readonly algorithms: JwtConfig['algorithms']
  readonly keys: KeysPlace
}

/** See `auth.certificate` of a policy. */
export interface CertificateRule {
  readonly id: CertificateConfig['id']
  /** Null for all that an authority vouches for. */
  readonly names: readonly string[] | null
  readonly roles: Readonly<Record<string, readonly string[]>>
  /** `alone`: no token is asked for. */
  readonly demand: CertificateConfig['demand'] | 'alone'
}

/** Where keys come from: an address, or the absolute path of a file. */
export type KeysPlace = { readonly url: string } | { readonly file: string }

/** A claim as written, and the names that lead to it where no claim is called so as a whole. */
export interface ClaimPath {
  readonly name: string
  readonly steps: readonly string[]
}

/** What a caller must have; see `allow`, `roles` and `scopes` of `auth`. */
export interface AccessRule {
  readonly rolesClaim: ClaimPath
  readonly scopesClaim: ClaimPath
  /** What every caller must fulfil, whatever the method. */
  readonly always: Demand
  /** One of them must cover the method and be fulfilled; null where any caller may do anything. */
  readonly allow: readonly (Demand & { readonly methods: readonly string[] | null })[] | null
}

export interface Demand {
  /** One of them; null for none in particular. */
  readonly roles: readonly string[] | null
  /** All of them. */
  readonly scopes: readonly string[]
}

export interface ForwardRule {
  /** Header in lower case → claim. */
  readonly claims: readonly { readonly header: string; readonly claim: ClaimPath }[]
  readonly dropsToken: boolean
}

/** The rule of an `auth` that has been linked. */
export function authRule(auth: AuthConfig): AuthRule {
  if (auth === 'public') return 'public'
  const { forward } = auth
  const tokens = auth.issuers ?? (auth.issuer === undefined ? [] : [auth])
  return {
    issuers: tokens.map(issuerRule),
    certificate: auth.certificate === undefined ? null : certificateRule(auth.certificate, tokens),
    clockToleranceSeconds: auth.clockToleranceSeconds,
    requiredClaims: auth.requiredClaims,
    cookie: auth.cookie ?? null,
    access: {
      rolesClaim: claimPath(auth.rolesClaim),
      scopesClaim: claimPath(auth.scopesClaim),
      always: demand(auth),
      allow:
        auth.allow?.map(entry => ({ ...demand(entry), methods: entry.methods ?? null })) ?? null,
    },
    forward: {
      claims: Object.entries(forward.claims).map(([header, claim]) => ({
        header: header.toLowerCase(),
        claim: claimPath(claim),
      })),
      // One that replaces it has it replaced at each variant, see upstream/credential.ts.
      dropsToken: forward.authorization !== 'keep',
    },
  }
}

type IssuerFields = Pick<JwtConfig, 'issuer' | 'audience' | 'algorithms' | 'jwks' | 'jwksFile'>

export function issuerRule({
  issuer,
  audience,
  algorithms,
  jwks,
  jwksFile,
}: IssuerFields): IssuerRule {
  return {
    issuer: issuer as string,
    audience: audience as string,
    algorithms,
    keys: jwks === undefined ? { file: jwksFile as string } : { url: jwks },
  }
}

function certificateRule(
  { id, names, roles, demand }: CertificateConfig,
  tokens: readonly IssuerFields[],
): CertificateRule {
  return { id, names: names ?? null, roles, demand: tokens.length === 0 ? 'alone' : demand }
}

function demand({ roles, scopes }: Pick<JwtConfig, 'roles' | 'scopes'>): Demand {
  return { roles: roles ?? null, scopes: scopes ?? [] }
}

export function claimPath(name: string): ClaimPath {
  return { name, steps: name.split('.') }
}
