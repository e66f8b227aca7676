import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose'
import type { Clock } from '../../src/clock.ts'
import { authRule, type JwtRule } from '../../src/config/auth-rule.ts'
import type { JwtConfig } from '../../src/config/schema-auth.ts'
import { fixedKeySet } from '../../src/identity/key-set.ts'
import { createJwtVerifier, type JwtVerifier } from '../../src/identity/verifier.ts'

export type Algorithm = JwtConfig['algorithms'][number]

export const issuedAtSeconds = 1_800_000_000

/** A clock that stands still until the test moves it. */
export function handClock(): Clock & { seconds: number } {
  return {
    seconds: issuedAtSeconds,
    now() {
      return this.seconds * 1000
    },
    monotonic: () => 0,
    idle: () => 0,
    every: () => () => {},
  }
}

/** `auth` of a policy for one issuer, as its schema leaves it. */
export const config = {
  issuer: 'https://idp.example.com',
  audience: 'api',
  jwksFile: 'unused.json',
  algorithms: ['RS256', 'ES256', 'EdDSA'],
  clockToleranceSeconds: 5,
  requiredClaims: [],
  rolesClaim: 'roles',
  scopesClaim: 'scope',
  forward: { claims: {}, authorization: 'keep' },
} satisfies JwtConfig

/** The rule of a policy that says this, and else what `config` says. */
export function ruleOf(more: Partial<JwtConfig> = {}): JwtRule {
  return authRule({ ...config, ...more }) as JwtRule
}

/** An identity provider with one real key pair. */
export async function createIssuer(algorithm: Algorithm = 'RS256', kid = 'key-1') {
  const pair = await generateKeyPair(algorithm, { extractable: true })
  const jwk = { ...(await exportJWK(pair.publicKey)), kid, alg: algorithm, use: 'sig' }
  return {
    jwks: { keys: [jwk] },
    publicPem: await exportSPKI(pair.publicKey),
    privateJwk: { ...(await exportJWK(pair.privateKey)), kid, alg: algorithm, use: 'sig' },
    /** A good token for five minutes, save for what the test changes. */
    sign(
      claims: Record<string, unknown> = {},
      header: Record<string, unknown> = {},
    ): Promise<string> {
      const payload = {
        iss: config.issuer,
        aud: config.audience,
        sub: 'user-42',
        exp: issuedAtSeconds + 300,
        ...claims,
      }
      return new SignJWT(payload)
        .setProtectedHeader({ alg: algorithm, kid, ...header })
        .sign(pair.privateKey, { crit: { 'https://example.com/rule': true } })
    },
  }
}

export type Issuer = Awaited<ReturnType<typeof createIssuer>>

export function verifierOf(
  issuer: Pick<Issuer, 'jwks'>,
  options: { clock?: Clock; maxCached?: number; config?: Partial<JwtConfig> } = {},
): JwtVerifier {
  const { clock = handClock(), config: more, ...rest } = options
  return createJwtVerifier({
    rule: ruleOf(more),
    keySets: [fixedKeySet(issuer.jwks)],
    clock,
    ...rest,
  })
}

/** What the verifier says: `ok`, or its reason. */
export async function verdict(verifier: JwtVerifier, token: string): Promise<string> {
  const verified = await verifier.verify(token)
  return verified.ok ? 'ok' : verified.reason
}

export function base64url(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString(
    'base64url',
  )
}
