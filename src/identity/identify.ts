import type { LinkedRoute } from '../config/snapshot.ts'
import type { Refusal } from '../errors.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import { type AccessFault, createAccess } from './access.ts'
import { type BearerFault, readBearer } from './bearer.ts'
import type { Caller } from './caller.ts'
import type { Claims } from './claims.ts'
import type { TokenFault, Verified } from './jwt.ts'
import { ambiguous, createFactReader, type ReadFact } from './source.ts'
import type { JwtVerifier } from './verifier.ts'

export type IdentityFault = BearerFault | TokenFault | AccessFault | 'source-repeated'

export type Identified = { readonly ok: true; readonly caller: Caller } | Unidentified

export interface Unidentified {
  readonly ok: false
  /** What the client is told. */
  readonly refusal: Extract<
    Refusal,
    'unauthenticated' | 'forbidden' | 'ambiguous-header' | 'identity-unavailable'
  >
  /** What the operator is told. */
  readonly reason: IdentityFault
}

/** Answers without a promise when nothing must be awaited: public routes and tokens verified before. */
export type Identify = (request: GatewayRequest) => Identified | Promise<Identified>

export interface IdentifierOptions {
  readonly route: LinkedRoute
  /** Verifier of the route's policy; null for `auth: public`. */
  readonly verifier: JwtVerifier | null
}

/** Makes the question "who is asking, and may they?" of one route. Throws when the policy wants a token and there is no verifier. */
export function createIdentifier({ route, verifier }: IdentifierOptions): Identify {
  const describe = createDescriber(route)
  const { auth } = route.rules
  if (auth === 'public') return request => describe(request, null)
  if (verifier === null)
    throw new Error(
      `Cannot identify the callers of route ${route.name}: verifier must be given for its JWT policy, received null`,
    )
  const mayDo = createAccess(auth.access)

  function conclude(request: GatewayRequest, verified: Verified): Identified {
    if (!verified.ok) return unidentified(verified.reason)
    const { claims } = verified
    const lack = mayDo === null ? null : mayDo(request.method, claims)
    return lack === null
      ? describe(request, claims)
      : { ok: false, refusal: 'forbidden', reason: lack }
  }

  return request => {
    const bearer = readBearer(request.headers, auth.cookie)
    if (!bearer.ok) return unidentified(bearer.reason)
    const verified = verifier.verify(bearer.token)
    return verified instanceof Promise
      ? verified.then(settled => conclude(request, settled))
      : conclude(request, verified)
  }
}

function unidentified(reason: BearerFault | TokenFault): Unidentified {
  // Nothing is wrong with the token: 401 would have clients throw it away.
  if (reason === 'keys-unavailable') return { ok: false, refusal: 'identity-unavailable', reason }
  const refusal = reason === 'token-repeated' ? 'ambiguous-header' : 'unauthenticated'
  return { ok: false, refusal, reason }
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
    if (userId === ambiguous) return repeated
    if (readers.length === 0)
      return { ok: true, caller: { userId, address, properties: nothing, claims } }
    const properties: Record<string, string> = {}
    for (const [name, read] of readers) {
      const value = read(headers, claims)
      if (value === ambiguous) return repeated
      if (value !== null) properties[name] = value
    }
    return { ok: true, caller: { userId, address, properties, claims } }
  }
}
