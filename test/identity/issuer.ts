import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose'
import type { Clock } from '../../src/clock.ts'
import type { JwtConfig } from '../../src/config/schema-policy.ts'
import { createJwtVerifier, type JwtVerifier } from '../../src/identity/jwt.ts'

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
    every: () => () => {},
  }
}

export const config: JwtConfig = {
  issuer: 'https://idp.example.com',
  audience: 'api',
  jwksFile: 'unused.json',
  algorithms: ['RS256', 'ES256', 'EdDSA'],
  clockToleranceSeconds: 5,
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
  issuer: Issuer,
  options: { clock?: Clock; maxCached?: number; config?: Partial<JwtConfig> } = {},
): JwtVerifier {
  const { clock = handClock(), ...rest } = options
  return createJwtVerifier({
    jwks: issuer.jwks,
    clock,
    ...rest,
    config: { ...config, ...options.config },
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
