import type { Kind } from './kinds.ts'

/** What came of the clients of a kind. */
export interface KindTally {
  readonly asked: number
  /** What should not have been, by what it was: `503`, `ECONNRESET`. */
  readonly unexpected: Readonly<Record<string, number>>
}

const none: KindTally = { asked: 0, unexpected: {} }

export type Tally = Readonly<Partial<Record<Kind, KindTally>>>

export function createTally() {
  const all: Partial<Record<Kind, { asked: number; unexpected: Record<string, number> }>> = {}
  return {
    /** @param what Null where all went as it should. */
    add(kind: Kind, what: string | null): void {
      all[kind] ??= { asked: 0, unexpected: {} }
      const tally = all[kind]
      tally.asked++
      if (what !== null) tally.unexpected[what] = (tally.unexpected[what] ?? 0) + 1
    },
    taken: (): Tally => all,
  }
}

export function sumOf(a: Tally, b: Tally): Tally {
  const kinds = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<Kind>
  return Object.fromEntries([...kinds].map(kind => [kind, kindSum(a[kind], b[kind])]))
}

function kindSum(a: KindTally = none, b: KindTally = none): KindTally {
  const unexpected = { ...a.unexpected }
  for (const [what, times] of Object.entries(b.unexpected)) {
    unexpected[what] = (unexpected[what] ?? 0) + times
  }
  return { asked: a.asked + b.asked, unexpected }
}

export function askedIn(tally: Tally): number {
  return Object.values(tally).reduce((total, { asked }) => total + asked, 0)
}

/** `get 503: 2`, for each that there was. */
export function unexpectedIn(tally: Tally): (readonly [what: string, times: number])[] {
  return Object.entries(tally).flatMap(([kind, { unexpected }]) =>
    Object.entries(unexpected).map(([what, times]) => [`${kind} ${what}`, times] as const),
  )
}
