import { createHash } from 'node:crypto'
import type { ShadowRule } from '../config/shadow-rule.ts'
import type { LinkedRoute } from '../config/snapshot.ts'
import type { LinkedUpstream } from '../config/upstream-tls.ts'

/**
 * Names what is compared with what, and how: 12 hexadecimal digits that change when something does that
 * can make answers differ otherwise. Limits of time, count and memory are not part of it.
 */
export function basisOf({ name, v1, v2 }: LinkedRoute, rule: ShadowRule): string {
  const { methods, headers, tolerance, toleranceAt, ignore, unordered } = rule
  const { dropHeaders, dropQuery, maxBodyBytes, maxDecodedBytes, maxDepth, credentials } = rule
  const compared = { methods, headers, tolerance, toleranceAt, ignore, unordered }
  const limits = { maxBodyBytes, maxDecodedBytes, maxDepth }
  // A credential of its own may be renewed, and is nobody's to guess from a hash.
  const proof = typeof credentials === 'string' ? credentials : credentials.header
  const asked = [proof, dropHeaders, dropQuery]
  const parts = [name, asked, answering(v1), v2 && answering(v2), compared, limits]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12)
}

/** What of an upstream decides how it answers; of its credential only whether there is one, see above. */
function answering({ url, urls, hostHeader, mapping, credential }: LinkedUpstream) {
  const isOwn = credential === undefined ? undefined : credential !== 'none'
  return { url, urls, hostHeader, mapping, isOwn }
}
