/** Users of one variant that are kept: of more a sample by chance is taken in. */
export const mostKept = 100_000

/**
 * Share of the users new to an experiment that is taken in. It halves each time that half of what room is
 * left is taken, so that users of every day come in and none are dropped that are in. Who is taken in goes by a
 * hash, and so has nothing to do with what a user does.
 */
export function sampledShare(known: number): number {
  const left = (mostKept - known) / mostKept
  return left <= 0 ? 0 : 2 ** -Math.floor(-Math.log2(Math.min(1, left)) + 1e-9)
}
