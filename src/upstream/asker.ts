import type { Asking } from './asking.ts'
import type { Exchange } from './client.ts'
import type { Forward } from './forward-plan.ts'

/** Who wants an answer, and hears of it until the asking is given up. */
export interface Asker {
  readonly plan: Forward
  /** By `awake` when the client had sent its whole request; infinite until then. */
  readonly wholeAt: number
  /** Monotonic milliseconds. */
  now(): number
  /** The same without what the gateway itself stood (`awake-clock.ts`): how long others took, and may take. */
  awake(): number
  /** False once the deadline is over. */
  hasTime(): boolean
  /** An attempt is under way and takes the request body. */
  feed(exchange: Exchange): void
  onHead(asking: Asking, status: number, headers: readonly string[]): void
  onData(chunk: Buffer): boolean
  onLull(): void
  onEnd(): void
  onDrain(): void
  /** There will be no answer, or not the rest of one; everything that may be tried with this variant was. */
  onFailed(asking: Asking): void
  /** It did not begin its answer within the time that was set with `limit`. */
  onSlow(asking: Asking): void
}
