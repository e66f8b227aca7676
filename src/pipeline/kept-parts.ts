import { hash } from 'node:crypto'
import type { KeptFacts } from '../decisions/kept-facts.ts'
import { type Claims, claimAt } from '../identity/claims.ts'

const nothing: readonly string[] = []

/** Makes the cut through a request's headers: flat pairs of those that are kept, in their order. */
export function createKeptHeaders({ headers }: Pick<KeptFacts, 'headers'>) {
  return (all: readonly string[]): readonly string[] => {
    let kept: string[] | null = null
    for (let at = 0; at < all.length; at += 2) {
      const use = headers.get(all[at] as string)
      if (use === undefined) continue
      const value = all[at + 1] as string
      kept ??= []
      kept.push(all[at] as string, use === 'value' ? value : digestOf(value))
    }
    return kept ?? nothing
  }
}

/** An empty value counts as none, so it stays one. */
function digestOf(value: string): string {
  return value === '' ? '' : `#${hash('sha256', value, 'base64url')}`
}

/** The claims that are kept, and how much text they are. */
export interface KeptClaims {
  readonly claims: Claims
  readonly length: number
}

/** Makes the same cut through claims. A verified token is the same object for all of its requests, so is what is kept of it. */
export function createKeptClaims({ claims: paths }: Pick<KeptFacts, 'claims'>) {
  const cut = new WeakMap<Claims, KeptClaims>()
  return (claims: Claims): KeptClaims => {
    let kept = cut.get(claims)
    if (kept === undefined) {
      const read = [...paths].map(
        ([name, path]) => [name, readable(claimAt(claims, path))] as const,
      )
      const values = Object.fromEntries(read)
      kept = { claims: values, length: JSON.stringify(values).length }
      cut.set(claims, kept)
    }
    return kept
  }
}

/** Rules read texts, numbers and lists of texts; whatever else it is says to them as much as nothing. */
function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter(each => typeof each === 'string')
  return typeof value === 'string' || typeof value === 'number' ? value : null
}
