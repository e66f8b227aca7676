/** Without shadow, or with it. */
export type Side = 'off' | 'on'

/** What was measured on both sides, round by round. */
export type Paired<T> = Readonly<Record<Side, readonly T[]>>

/**
 * Runs each round on both sides, and another one first each time: a machine that drifts, or what one
 * leaves behind, hits both alike.
 */
export async function inTurns<T>(
  rounds: number,
  run: (side: Side, round: number) => Promise<T>,
): Promise<Paired<T>> {
  const taken: Record<Side, T[]> = { off: [], on: [] }
  for (let round = 0; round < rounds; round++) {
    const sides: readonly Side[] = round % 2 === 0 ? ['off', 'on'] : ['on', 'off']
    for (const side of sides) taken[side].push(await run(side, round))
  }
  return taken
}

/** Puts both sides of each round together. */
export function pairUp<T>(paired: Paired<T>, together: (off: T, on: T) => number): number[] {
  return paired.on.map((on, round) => together(paired.off[round] as T, on))
}

/** Rounds for each start of the gateways, so that all make up at least so many. */
export function roundsEach(rounds: number, starts: number): number {
  return Math.ceil(rounds / starts)
}
