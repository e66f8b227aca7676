/**
 * Who is counted most often, in memory that does not grow with how many there are: the algorithm of
 * Misra and Gries ("Finding repeated elements", Science of Computer Programming 2, 1982), with weights.
 * After N counts a name has at most as many as it was counted, and at least that less N / (most + 1):
 * nobody is said to have done more than was seen. Summaries may be added up (Agarwal et al., "Mergeable
 * summaries", PODS 2012). A count costs one look-up, and now and then a pass over all names, of which
 * there are at most N / (most + 1).
 */
export function createFrequent(most: number) {
  const counts = new Map<string, number>()

  function take(name: string, count: number): void {
    // A copy: a piece of a header would hold on to the whole of it.
    counts.set(Buffer.from(name).toString(), count)
  }

  return {
    add(name: string, count = 1): void {
      const known = counts.get(name)
      if (known !== undefined) {
        counts.set(name, known + count)
        return
      }
      if (counts.size < most) {
        take(name, count)
        return
      }
      let less = count
      for (const held of counts.values()) less = Math.min(less, held)
      for (const [other, held] of counts) {
        if (held === less) counts.delete(other)
        else counts.set(other, held - less)
      }
      if (count > less) take(name, count - less)
    },
    of: (name: string): number => counts.get(name) ?? 0,
    entries: (): Iterable<[name: string, count: number]> => counts,
    size: (): number => counts.size,
    clear: (): void => counts.clear(),
  }
}

export type Frequent = ReturnType<typeof createFrequent>
