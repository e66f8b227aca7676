import { type ChangeOptions, changeLatch } from './change-latch.ts'

/** `switchback rollback <flag>`: all of its traffic to V1, now. */
export function rollback(options: ChangeOptions): Promise<number> {
  return changeLatch('rollback', options)
}
