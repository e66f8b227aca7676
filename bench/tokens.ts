import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** As `switchback-chain/policies/chain.yaml` and `peers/haproxy-chain.cfg` name them. */
const [issuer, audience] = ['https://idp.bench', 'bench']
const lifeSeconds = 24 * 60 * 60

/** An identity provider with one RSA key of 2048 bits, made anew for each run. */
export interface TokenIssuer {
  /** RS256, good for a day. */
  tokenOf(subject: string): string
  /** What each gateway must refuse, by what is wrong with it. */
  readonly badTokens: Readonly<Record<string, string>>
  /** Its public key as a JSON Web Key Set (RFC 7517), and in PEM. */
  readonly jwks: object
  readonly pem: string
}

export function createTokenIssuer(): TokenIssuer {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const nowSeconds = Math.floor(Date.now() / 1000)
  const claimsOf = (sub: string) => {
    return { iss: issuer, aud: audience, sub, iat: nowSeconds, exp: nowSeconds + lifeSeconds }
  }
  const tokenOf = (claims: object, key = privateKey) => rs256(claims, key)
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const claims = claimsOf('user-0')
  return {
    tokenOf: subject => tokenOf(claimsOf(subject)),
    badTokens: {
      'not a token': 'abc',
      'signed by another key': tokenOf(claims, stranger),
      'of another issuer': tokenOf({ ...claims, iss: 'https://other.bench' }),
      'for another audience': tokenOf({ ...claims, aud: 'other' }),
      expired: tokenOf({ ...claims, exp: nowSeconds - 3600 }),
      'without a signature': `${part({ alg: 'none' })}.${part(claims)}.`,
    },
    jwks: {
      keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'bench', alg: 'RS256', use: 'sig' }],
    },
    pem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
}

function rs256(claims: object, key: KeyObject): string {
  const signed = `${part({ alg: 'RS256', typ: 'JWT', kid: 'bench' })}.${part(claims)}`
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key).toString('base64url')}`
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
