import type { LimitPartConfig, RateLimitConfig } from './schema-limits.ts'
import { rateOf } from './units.ts'

/** One thing that a limit tells callers apart by. */
export type LimitKeyPart =
  | { readonly kind: 'user' | 'ip' | 'route' | 'method' }
  | {
      readonly kind: 'header' | 'claim' | 'property'
      /** Of a header in lower case. */
      readonly name: string
    }

/** A rate limit as it is held. */
export interface LimitRule {
  /** As given, otherwise `key` and `limit` as written; names it in metrics, log and answers. */
  readonly name: string
  /** Key and limit: as long as they stay, its buckets stay, and no two limits of a policy share them. */
  readonly id: string
  readonly key: readonly LimitKeyPart[]
  /** `limit` units in each `periodMs`, `burst` of them at once. */
  readonly rate: { readonly limit: number; readonly periodMs: number; readonly burst: number }
  /** Units by method; 1 for those that are not there. */
  readonly cost: Readonly<Record<string, number>>
}

export function limitRule({ name, key, limit, burst, cost }: RateLimitConfig): LimitRule {
  const written = (Array.isArray(key) ? key : [key]).map(partOf)
  // Their order means nothing.
  const parts = written.toSorted((a, b) => (inWords(a) < inWords(b) ? -1 : 1))
  const rate = rateOf(limit)
  return {
    name: name ?? `${written.map(inWords).join('+')} ${limit}`,
    id: `${parts.map(inWords).join('+')} ${limit}`,
    key: parts,
    rate: { ...rate, burst: burst ?? rate.limit },
    cost,
  }
}

function partOf(part: LimitPartConfig): LimitKeyPart {
  if (typeof part === 'string') return { kind: part }
  if ('header' in part) return { kind: 'header', name: part.header.toLowerCase() }
  return 'claim' in part
    ? { kind: 'claim', name: part.claim }
    : { kind: 'property', name: part.property }
}

function inWords(part: LimitKeyPart): string {
  return 'name' in part ? `${part.kind}:${part.name}` : part.kind
}
