import { hash, timingSafeEqual } from 'node:crypto'

/** Why a change in the name of a session is not believed to come from the console. */
export type CsrfFault =
  | 'csrf-missing' // no `x-switchback-csrf`
  | 'csrf-wrong' // another than that of the session

/** The header, in lower case. */
export const csrfHeader = 'x-switchback-csrf'

/**
 * What is wrong with a request that a session vouches for. A browser adds the cookie by itself, the
 * header only a page of ours can: none of another origin reads the token, nor may send the header.
 */
export function csrfFault(
  expected: string,
  method: string,
  sent: string | readonly string[] | undefined,
): CsrfFault | null {
  if (method === 'GET' || method === 'HEAD') return null
  if (sent === undefined || sent === '') return 'csrf-missing'
  return typeof sent === 'string' && timingSafeEqual(digest(sent), digest(expected))
    ? null
    : 'csrf-wrong'
}

/** Of one length, whatever was sent. */
function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}
