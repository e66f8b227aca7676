import { type ChangeOptions, changeLatch } from './change-latch.ts'

/** `switchback resume <flag>`: V2 is allowed again, as far as the flag goes. */
export function resume(options: ChangeOptions): Promise<number> {
  return changeLatch('resume', options)
}
