/**
 * Numbers in [0, 1) that look random and are the same in every run: Marsaglia's xorshift with the
 * shifts 13, 17, 5. `seed` is any number but 0.
 */
export function createRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}
