import type { Percent } from '../config/rollout-rule.ts'
import type { moveInWords } from '../rollout/percent.ts'

/** Something that happened to a flag, to be shown beside what its variants did. */
export interface Mark {
  /** Wall-clock milliseconds. */
  readonly at: number
  readonly flag: string
  readonly kind: MarkKind
  /** What, in a few words. */
  readonly text: string
}

export type MarkKind =
  | 'tripped' // all traffic went back to V1
  | 'resumed' // V2 is allowed again
  | 'percentage' // the flag says another share than before

/** Marks that are kept, the oldest go first: as many as a busy rollout makes in weeks. */
export const mostMarks = 1000

/** What happened to the flags, in the order of time. `inWords`: from which percentage to which, empty for none. */
export function createMarks(inWords: typeof moveInWords) {
  let marks: readonly Mark[] = []
  /** Percent that each flag said last. */
  const said = new Map<string, Percent>()

  function add(mark: Mark): boolean {
    const isKnown = marks.some(
      ({ at, flag, kind }) => at === mark.at && flag === mark.flag && kind === mark.kind,
    )
    if (isKnown) return false
    marks = [...marks, mark].sort((a, b) => a.at - b.at).slice(-mostMarks)
    return true
  }

  return {
    add,
    /** What a flag says now; the first time is no change. Null while nobody knows. */
    share(flag: string, percent: Percent | null, now: number): Mark | null {
      if (percent === null) return null
      const before = said.get(flag)
      said.set(flag, percent)
      const text = before === undefined ? '' : inWords(before, percent)
      if (text === '') return null
      const mark: Mark = { at: now, flag, kind: 'percentage', text }
      return add(mark) ? mark : null
    },
    /** Of these flags, from `from` up to `to`, oldest first. */
    within: (flags: ReadonlySet<string>, from: number, to: number): readonly Mark[] =>
      marks.filter(({ flag, at }) => flags.has(flag) && at >= from && at <= to),
  }
}

export type Marks = ReturnType<typeof createMarks>
