import type { BurstResult } from './burst.ts'
import type { Target, TargetName } from './target.ts'
import type { Usage } from './usage.ts'

/** One round on one target. */
export type Round = BurstResult & Usage

/** All rounds on a target, in order. */
export interface Loaded {
  readonly target: Target
  readonly rounds: readonly Round[]
}

export interface Turn {
  /** 0 warms up and is not counted. */
  readonly round: number
  readonly target: Target
}

/**
 * Whose turn it is when: each target once in every round, in the other direction each time, so that a
 * machine that drifts, or what one target leaves behind, hits all alike.
 */
export function turnsOf(targets: readonly Target[], rounds: number): Turn[] {
  return Array.from({ length: rounds + 1 }, (_, round) =>
    (round % 2 === 0 ? targets : targets.toReversed()).map(target => ({ round, target })),
  ).flat()
}

export interface RoundsDeps {
  readonly turns: readonly Turn[]
  readonly play: (turn: Turn) => Promise<Round>
  /** Called before each turn, with its place among them. */
  readonly beforeTurn: (turn: Turn, at: number) => void
  readonly afterTurn: (turn: Turn, round: Round) => void
}

/** Plays one turn after the other. */
export async function playTurns(deps: RoundsDeps): Promise<Loaded[]> {
  const { turns, play, beforeTurn, afterTurn } = deps
  const taken = new Map<TargetName, { target: Target; rounds: Round[] }>()
  for (const [at, turn] of turns.entries()) {
    const { target, round } = turn
    const loaded = taken.get(target.name) ?? { target, rounds: [] }
    taken.set(target.name, loaded)
    beforeTurn(turn, at)
    const played = await play(turn)
    if (round > 0) loaded.rounds.push(played)
    afterTurn(turn, played)
  }
  return [...taken.values()]
}
