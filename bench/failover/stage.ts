import { setTimeout as delay } from 'node:timers/promises'
import type { Stage } from '../stage.ts'
import type { Figure } from './figure.ts'

export interface Scenario {
  readonly name: string
  /** What is done, in a sentence. */
  readonly what: string
  play(stage: Stage): Promise<Figure[]>
}

/** Milliseconds of healthy traffic before a fault. */
export const warmUpMs = 2500
/** Milliseconds at the end of those whose times are compared with later ones: nothing is new any more. */
export const healthyMs = 1500
/** Milliseconds of traffic after it. */
export const afterwardsMs = 3000

/** Lets traffic flow. Nothing is concluded from the time itself. */
export function flow(milliseconds: number): Promise<void> {
  return delay(milliseconds)
}
