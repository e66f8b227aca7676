import type { LinkedRoute } from '../config/snapshot.ts'
import type { Refusal } from '../errors.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import { type AccessFault, createAccess } from './access.ts'
import type { Caller } from './caller.ts'
import type { CheckCertificate } from './certified.ts'
import type { Claims } from './claims.ts'
import { type CredentialsFault, createCredentials, type Prove, type Proven } from './credentials.ts'
import type { Revocations } from './revocations.ts'
import { ambiguous, createFactReader, type ReadFact } from './source.ts'
import type { JwtVerifier } from './verifier.ts'

export type IdentityFault =
  | CredentialsFault
  | 'revoked' // a good token, but believed no longer
  | AccessFault
  | 'source-repeated'

export type Identified = { readonly ok: true; readonly caller: Caller } | Unidentified

export interface Unidentified {
  readonly ok: false
  /** What the client is told. */
  readonly refusal: Extract<
    Refusal,
    | 'unauthenticated'
    | 'certificate-required'
    | 'forbidden'
    | 'ambiguous-header'
    | 'identity-unavailable'
  >
  /** What the operator is told. */
  readonly reason: IdentityFault
  /** Of a caller who is known and may not come in all the same. */
  readonly claims?: Claims | null
}

/** Answers without a promise when nothing must be awaited: public routes and tokens verified before. */
export type Identify = (request: GatewayRequest) => Identified | Promise<Identified>

export interface IdentifierOptions {
  readonly route: LinkedRoute
  /** Of the route's policy; null where it asks for no token. */
  readonly verifier: JwtVerifier | null
  /** Absent where it asks for no certificate. */
  readonly certificate?: CheckCertificate | null
  /** In the place of both, where somebody knows already what callers proved. */
  readonly prove?: Prove
  readonly isRevoked: Revocations['isRevoked']
}

/** Makes the question "who is asking, and may they?" of one route. Throws when the policy wants a proof that nobody can judge. */
export function createIdentifier({
  route,
  verifier,
  certificate = null,
  isRevoked,
  ...known
}: IdentifierOptions): Identify {
  const describe = createDescriber(route)
  const { auth } = route.rules
  if (auth === 'public') return request => describe(request, null)
  const prove = known.prove ?? createCredentials({ route: route.name, auth, verifier, certificate })
  const mayDo = createAccess(auth.access)

  function conclude(request: GatewayRequest, proven: Proven): Identified {
    if (!proven.ok) return unidentified(proven.reason)
    const { claims } = proven
    // Each time: a token that is remembered may have been revoked since.
    if (isRevoked(claims)) return unidentified('revoked')
    const lack = mayDo === null ? null : mayDo(request.method, claims)
    return lack === null
      ? describe(request, claims)
      : { ok: false, refusal: 'forbidden', reason: lack, claims }
  }

  return request => {
    const proven = prove(request)
    return proven instanceof Promise
      ? proven.then(settled => conclude(request, settled))
      : conclude(request, proven)
  }
}

function unidentified(reason: CredentialsFault | 'revoked'): Unidentified {
  return { ok: false, refusal: refusalOf(reason), reason }
}

function refusalOf(reason: CredentialsFault | 'revoked'): Unidentified['refusal'] {
  switch (reason) {
    // Nothing is wrong with the token: 401 would have clients throw it away.
    case 'keys-unavailable':
      return 'identity-unavailable'
    case 'token-repeated':
      return 'ambiguous-header'
    case 'certificate-missing':
    case 'certificate-refused':
    case 'certificate-expired':
    case 'certificate-revoked':
      return 'certificate-required'
    case 'certificate-unnamed':
    case 'name-not-listed':
      return 'forbidden'
    default:
      return 'unauthenticated'
  }
}

const repeated: Identified = { ok: false, refusal: 'ambiguous-header', reason: 'source-repeated' }

const nothing: Caller['properties'] = Object.freeze({})

/** Reads the route's facts about a caller who may come in. */
function createDescriber(
  route: LinkedRoute,
): (request: GatewayRequest, claims: Claims | null) => Identified {
  const readUser: ReadFact = route.user === undefined ? () => null : createFactReader(route.user)
  const readers = Object.entries(route.properties).map(
    ([name, source]) => [name, createFactReader(source)] as const,
  )

  return ({ headers, address }, claims) => {
    const userId = readUser(headers, claims)
    if (userId === ambiguous) return { ...repeated, claims }
    if (readers.length === 0)
      return { ok: true, caller: { userId, address, properties: nothing, claims } }
    const properties: Record<string, string> = {}
    for (const [name, read] of readers) {
      const value = read(headers, claims)
      if (value === ambiguous) return { ...repeated, claims }
      if (value !== null) properties[name] = value
    }
    return { ok: true, caller: { userId, address, properties, claims } }
  }
}
