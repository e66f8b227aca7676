import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
/** Collects the garbage of the whole heap, or of its young generation alone. */
export const collect = runInNewContext('gc') as (options?: { type: 'minor' }) => void

/** Bytes that this process holds once everything that nobody needs is gone. */
export function heldBytes(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
