import { cookieValues } from './token-cookie.ts'

/** Why a request carries no usable bearer token, in the order of the checks. */
export type BearerFault =
  | 'token-missing' // no Authorization header, nor the cookie that could carry it
  | 'token-repeated' // more than one, in whatever place; which of them counts would be a guess
  | 'scheme-refused' // not exactly `Bearer`, one space and a token (RFC 6750 section 2.1)
  | 'token-too-long' // over `maxTokenBytes`

export type Bearer =
  | { readonly ok: true; readonly token: string }
  | { readonly ok: false; readonly reason: BearerFault }

/** Longest token looked at, in bytes. */
export const maxTokenBytes = 8192

const scheme = 'bearer '

const missing: Bearer = { ok: false, reason: 'token-missing' }
const repeated: Bearer = { ok: false, reason: 'token-repeated' }
const schemeRefused: Bearer = { ok: false, reason: 'scheme-refused' }
const tooLong: Bearer = { ok: false, reason: 'token-too-long' }

/**
 * Takes the bearer token out of flat lower-case request headers, or out of the cookie named `cookie`.
 * The form of the token itself is `isCompactToken`'s question, which a token verified before need not
 * be asked again.
 */
export function readBearer(headers: readonly string[], cookie: string | null): Bearer {
  let value: string | undefined
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i] !== 'authorization') continue
    if (value !== undefined) return repeated
    value = headers[i + 1] as string
  }
  if (cookie !== null) {
    const tokens = cookieTokens(headers, cookie)
    const [token] = tokens
    if (token !== undefined) {
      if (value !== undefined || tokens.length > 1) return repeated
      return token.length > maxTokenBytes ? tooLong : { ok: true, token }
    }
  }
  if (value === undefined) return missing
  if (value.length <= scheme.length) return schemeRefused
  if (value.length > scheme.length + maxTokenBytes) return tooLong
  if (!value.startsWith('Bearer ') && value.slice(0, scheme.length).toLowerCase() !== scheme)
    return schemeRefused
  return { ok: true, token: value.slice(scheme.length) }
}

function cookieTokens(headers: readonly string[], cookie: string): string[] {
  const found: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i] === 'cookie') found.push(...cookieValues(headers[i + 1] as string, cookie))
  }
  return found
}

const compact = /^[\w-]+\.[\w-]+\.[\w-]+$/

/**
 * Whether a token is three base64url parts (RFC 7515 section 7.1) and nothing else. Decoders forgive
 * padding, spaces and the characters of plain base64, so two texts could be one token; refused here.
 */
export function isCompactToken(token: string): boolean {
  return compact.test(token)
}
