import { join } from 'node:path'
import type { Children } from '../children.ts'
import type { Burst, BurstResult } from './burst.ts'

/** The process that loads all targets, so that it is equally warm for each. */
export interface Load {
  play(burst: Burst): Promise<BurstResult>
}

/** Milliseconds for handing over the results of a burst. */
const handOverMs = 30_000

export function startLoad(children: Children): Load {
  const child = children.start('load', [
    process.execPath,
    join(import.meta.dirname, 'load-process.ts'),
  ])
  return {
    async play(burst) {
      const result = child.message(burst.durationMs + burst.timeoutMs + handOverMs)
      child.send(burst)
      return (await result) as BurstResult
    },
  }
}
