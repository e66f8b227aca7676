import type { Cores } from '../machine.ts'
import type { Stage } from '../stage.ts'
import type { Figure } from './figure.ts'

/** How long and how often it is measured, and where. */
export interface Extent {
  /** Of each burst. */
  readonly seconds: number
  /** Bursts on each side. */
  readonly rounds: number
  readonly cores: Pick<Cores, 'gateway' | 'rest'>
}

export interface Scenario {
  readonly name: string
  /** What is done, in a sentence without its full stop. */
  readonly what: string
  play(stage: Stage, extent: Extent): Promise<Figure[]>
}
