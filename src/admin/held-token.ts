import { timingSafeEqual } from 'node:crypto'
import type { TokenRule } from '../config/admin-rule.ts'

/**
 * The token of the configuration that has this SHA-256, or null. Each one is compared in constant
 * time, and all of them whatever is found, so that the time taken tells nothing.
 */
export function heldToken(tokens: readonly TokenRule[], digest: Buffer): TokenRule | null {
  let held: TokenRule | null = null
  for (const token of tokens) {
    if (timingSafeEqual(Buffer.from(token.sha256, 'hex'), digest)) held = token
  }
  return held
}
