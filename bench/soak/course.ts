import type { OpenFiles } from './open-files.ts'
import type { Point } from './slope.ts'
import type { Tally } from './traffic/tally.ts'

/** How the gateway was at a moment. */
export interface Moment {
  /** Milliseconds since the traffic began. */
  readonly at: number
  readonly residentBytes: number
  readonly liveBytes: number
  readonly codeBytes: number
  readonly open: OpenFiles
  readonly lateP99Ms: number
  readonly lateMostMs: number
}

/** All that a soak has seen. */
export interface Course {
  readonly durationMs: number
  readonly moments: readonly Moment[]
  /** After the warm-up, and at rest; then the same in the end. */
  readonly before: OpenFiles
  readonly after: OpenFiles
  readonly tally: Tally
  readonly reloads: number
  readonly refusals: number
  /** What came otherwise of a reload. */
  readonly reloadFaults: readonly string[]
  readonly switchesBack: number
}

/** Until so much of the time is over it settles after the warm-up, which was much faster. */
const settlingShare = 0.4

export function settled({ moments, durationMs }: Course): Moment[] {
  return moments.filter(({ at }) => at >= durationMs * settlingShare)
}

export type Memory = 'liveBytes' | 'codeBytes' | 'residentBytes'

/** MiB over the ten minutes that slopes are told in. */
export function memoryPoints(moments: readonly Moment[], of: Memory): Point[] {
  return moments.map(moment => ({ x: moment.at / 600_000, y: moment[of] / 2 ** 20 }))
}
