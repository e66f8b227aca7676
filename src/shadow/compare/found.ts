import type { Difference, DifferenceKind } from '../difference.ts'
import { type Place, pointerTo } from './place.ts'

/** A difference with what stood there, unmasked: never leaves the thread that compares. */
export interface FoundDifference extends Difference {
  /** A JSON value, `undefined` for none, or what is said of it. */
  readonly v1: unknown
  readonly v2: unknown
  /** In the body, the way there; null elsewhere. */
  readonly place: Place | null
}

/** Stands for a value that is not shown but described. */
export class Described {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

/** Places kept of one pair; it is different all the same. */
const maxDifferences = 64

/** One text for one difference, and the order in which they stand. No part of it holds a tab. */
export function differenceKey({ part, at, kind }: Difference): string {
  return `${part}\t${at}\t${kind}`
}

/** The differences of one pair, each place and kind once. */
export class Found {
  readonly #found = new Map<string, FoundDifference>()

  get isFull(): boolean {
    return this.#found.size === maxDifferences
  }

  add(part: 'status' | 'header', at: string, kind: DifferenceKind, v1: unknown, v2: unknown): void {
    this.#keep({ part, at, kind, v1, v2, place: null })
  }

  addInBody(place: Place, kind: DifferenceKind, v1: unknown, v2: unknown): void {
    if (this.isFull) return
    this.#keep({ part: 'body', at: pointerTo(place), kind, v1, v2, place })
  }

  /** Sorted by `differenceKey`. */
  list(): readonly FoundDifference[] {
    if (this.#found.size === 0) return []
    return [...this.#found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, difference]) => difference)
  }

  #keep(difference: FoundDifference): void {
    if (this.isFull) return
    const key = differenceKey(difference)
    if (!this.#found.has(key)) this.#found.set(key, difference)
  }
}
