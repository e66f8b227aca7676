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

/** The differences of one pair, each place and kind once. */
export interface Found {
  readonly isFull: boolean
  add(part: 'status' | 'header', at: string, kind: DifferenceKind, v1: unknown, v2: unknown): void
  addInBody(place: Place, kind: DifferenceKind, v1: unknown, v2: unknown): void
  /** Sorted by `differenceKey`. */
  list(): readonly FoundDifference[]
}

/** One text for one difference, and the order in which they stand. No part of it holds a tab. */
export function differenceKey({ part, at, kind }: Difference): string {
  return `${part}\t${at}\t${kind}`
}

export function createFound(): Found {
  const found = new Map<string, FoundDifference>()

  function keep(difference: FoundDifference): void {
    if (found.size === maxDifferences) return
    const key = differenceKey(difference)
    if (!found.has(key)) found.set(key, difference)
  }

  return {
    get isFull() {
      return found.size === maxDifferences
    },
    add: (part, at, kind, v1, v2) => keep({ part, at, kind, v1, v2, place: null }),
    addInBody: (place, kind, v1, v2) =>
      keep({ part: 'body', at: pointerTo(place), kind, v1, v2, place }),
    list: () => [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, difference]) => difference),
  }
}
