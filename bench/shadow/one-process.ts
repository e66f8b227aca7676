import { accountsWhen, isOver } from './account.ts'
import type { Gateway } from './gateway.ts'
import { inTurns, type Paired, type Side } from './turns.ts'

export interface OneProcess<T> {
  readonly rounds: number
  /** Milliseconds after which no copy can be under way any more. */
  readonly copiesEndMs: number
  /** Sends what is not measured: a reload, fresh limits and new connections to V2 are behind it then. */
  settle(): Promise<void>
  measure(side: Side): Promise<T>
}

/**
 * Rounds through one gateway whose shadow is switched on and off by a reload: both sides have the same heap,
 * compiled code and connections of clients. Two processes differ in when they collect their garbage, and by
 * more than a shadow may cost. Copies that are under way end on their own side.
 */
export function inOneProcess<T>(
  gateway: Gateway,
  { rounds, copiesEndMs, settle, measure }: OneProcess<T>,
): Promise<Paired<T>> {
  return inTurns(rounds, async side => {
    if (side !== gateway.side) {
      await accountsWhen(gateway, isOver, copiesEndMs)
      await gateway.turn(side)
      await settle()
    }
    return measure(side)
  })
}
