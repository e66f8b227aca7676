import type { Rules } from '../config/rules.ts'
import type { Refusal } from '../errors.ts'
import type { GatewayRequest } from '../ingress/request.ts'
import { type AddressFault, createAddressRule } from './addresses.ts'
import { type ContentTypeFault, createContentTypeRule } from './content-types.ts'
import { type CorsFault, createCors } from './cors.ts'
import { createDress, type Dress } from './dress.ts'
import { createOriginRule, type OriginFault } from './handshake-origin.ts'
import { securityHeaders } from './security-headers.ts'

/** What exactly kept a request outside; told to the operator, not to the client. */
export type EntranceFault = AddressFault | ContentTypeFault | CorsFault | OriginFault

export interface TurnedBack {
  readonly ok: false
  /** What the client is told. */
  readonly refusal: Extract<Refusal, 'address-refused' | 'content-type-refused' | 'origin-refused'>
  readonly detail: EntranceFault
  /** For the refusal, flat name/value pairs. */
  readonly headers: readonly string[]
}

/** `headers` belong to every answer that the request gets, refusals by later doors too; flat pairs. */
export type Entered = { readonly ok: true; readonly headers: readonly string[] } | TurnedBack

/** The first door of a route: what can be asked before anybody knows who is asking. */
export interface Entrance {
  /** A request, or a WebSocket handshake. */
  enter(request: GatewayRequest): Entered
  /** The answer to a CORS preflight; null without `cors`, where the upstream answers it. */
  readonly answerPreflight: ((request: GatewayRequest) => Entered) | null
  /** By the scheme of the request; null where answers stay as they are. */
  readonly dress: Readonly<Record<GatewayRequest['scheme'], Dress | null>>
}

type EntranceRules = Pick<
  Rules,
  'addresses' | 'contentTypes' | 'cors' | 'origins' | 'securityHeaders'
>

const nothing: readonly string[] = []

const welcome: Entered = { ok: true, headers: nothing }

/** Makes the first door of a route; null where its policy asks for nothing. */
export function createEntrance(rules: EntranceRules): Entrance | null {
  const { addresses, contentTypes, origins } = rules
  const asked = [addresses, contentTypes, origins, rules.cors, rules.securityHeaders]
  if (asked.every(part => part === undefined)) return null
  const judgeAddress = addresses === undefined ? null : createAddressRule(addresses)
  const judgeType = contentTypes === undefined ? null : createContentTypeRule(contentTypes)
  const mayOpen = createOriginRule(origins)
  const cors = rules.cors === undefined ? null : createCors(rules.cors)
  // RFC 9110 section 15.5.16: it says what would have been taken.
  const accept = contentTypes === undefined ? nothing : ['accept', contentTypes.join(', ')]

  function dressFor(scheme: GatewayRequest['scheme']): Dress | null {
    const missing = securityHeaders(rules.securityHeaders ?? {}, scheme)
    return createDress({ cors: cors !== null, missing })
  }

  function outside(
    refusal: TurnedBack['refusal'],
    detail: EntranceFault,
    headers: readonly string[] = nothing,
  ): TurnedBack {
    return { ok: false, refusal, detail, headers }
  }

  function enterHandshake({ headers }: GatewayRequest): Entered {
    const opening = mayOpen(headers)
    return opening.ok ? welcome : outside('origin-refused', opening.reason)
  }

  return {
    enter(request) {
      const { headers, address } = request
      const told = cors === null || request.upgrade ? nothing : cors.answer(headers)
      const stranger = judgeAddress === null ? null : judgeAddress(address)
      if (stranger !== null) return outside('address-refused', stranger, told)
      if (request.upgrade) return enterHandshake(request)
      if (judgeType !== null && request.bodyLength !== 0) {
        const fault = judgeType(headers)
        if (fault !== null) return outside('content-type-refused', fault, [...told, ...accept])
      }
      return told === nothing ? welcome : { ok: true, headers: told }
    },
    answerPreflight:
      cors === null
        ? null
        : ({ headers, address }) => {
            const stranger = judgeAddress === null ? null : judgeAddress(address)
            if (stranger !== null) return outside('address-refused', stranger)
            const told = cors.preflight(headers)
            if (typeof told === 'string') return outside('origin-refused', told)
            return { ok: true, headers: told }
          },
    dress: { http: dressFor('http'), https: dressFor('https') },
  }
}
