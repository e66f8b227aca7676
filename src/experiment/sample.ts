import type { Variant } from '../cohort/assignment.ts'

/** Users of one variant that are kept: of more a sample by chance is taken in. */
export const mostKept = 100_000

/**
 * Share of the users new to an experiment that is taken in. It halves each time that half of what room is
 * left is taken, so that users of every day come in and none are dropped that are in. Who is taken in goes by a
 * hash, and so has nothing to do with what a user does.
 *
 * Both variants have one share, by the one that has less room. Had V2 one of its own, a share of the flag that
 * is raised would bring it users as new whom V1 has had and not taken in: only such as come back.
 */
export function sampledShare(known: Readonly<Record<Variant, number>>): number {
  const left = (mostKept - Math.max(known.v1, known.v2)) / mostKept
  return left <= 0 ? 0 : 2 ** -Math.floor(-Math.log2(Math.min(1, left)) + 1e-9)
}
