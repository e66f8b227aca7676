import type { WorkerLoss } from './worker.ts'

/** What the workers of a machine tell its operator, to be logged, counted and written down. */
export type WorkerEvent =
  | { readonly type: 'serves'; readonly worker: number; readonly pid: number }
  /** It serves no longer; another is started after `againInMs`. */
  | ({
      readonly type: 'lost'
      readonly worker: number
      readonly pid: number
      readonly aliveMs: number
      readonly againInMs: number
    } & WorkerLoss)
  /** One that was to follow did not get as far as serving. */
  | { readonly type: 'not-started'; readonly error: Error; readonly againInMs: number }
  /** It could not take a snapshot that another took; one that has it follows. */
  | {
      readonly type: 'behind'
      readonly worker: number
      readonly pid: number
      readonly error: Error
    }
