/** Which element of V1's array is which of V2's. */
export interface Matched {
  /** Indexes of V1 and V2, by V1's. */
  readonly pairs: readonly (readonly [number, number])[]
  /** Indexes without a partner. */
  readonly onlyV1: readonly number[]
  readonly onlyV2: readonly number[]
}

type Keys = readonly (string | null)[]

/** Matches elements with the same key; of several with one key the first is the first. */
export function matchElements(v1: Keys, v2: Keys): Matched {
  const waiting = new Map<string, number[]>()
  const onlyV2 = new Set<number>()
  // From the end, so that the next to be taken is the last of its list.
  for (let at = v2.length - 1; at >= 0; at--) {
    const key = v2[at] ?? null
    const list = key === null ? undefined : waiting.get(key)
    if (list !== undefined) list.push(at)
    else if (key !== null) waiting.set(key, [at])
  }
  for (const at of v2.keys()) onlyV2.add(at)

  const pairs: [number, number][] = []
  const onlyV1: number[] = []
  for (const [at, key] of v1.entries()) {
    const partner = key === null ? undefined : waiting.get(key)?.pop()
    if (partner === undefined) onlyV1.push(at)
    else {
      pairs.push([at, partner])
      onlyV2.delete(partner)
    }
  }
  return { pairs, onlyV1, onlyV2: [...onlyV2] }
}

/** Pairs what has no partner, in the order in which it stands. */
export function pairTheRest({ pairs, onlyV1, onlyV2 }: Matched): Matched {
  const count = Math.min(onlyV1.length, onlyV2.length)
  const more = onlyV1.slice(0, count).map((at, n) => [at, onlyV2[n] as number] as const)
  return {
    pairs: [...pairs, ...more],
    onlyV1: onlyV1.slice(count),
    onlyV2: onlyV2.slice(count),
  }
}

/** Whether partners stand in the same order on both sides. */
export function isInOrder({ pairs }: Matched): boolean {
  let last = -1
  for (const [, at] of pairs) {
    if (at < last) return false
    last = at
  }
  return true
}
