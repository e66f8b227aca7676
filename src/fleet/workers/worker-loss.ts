import type { WorkerLoss } from './worker.ts'

/** Why a worker was lost, for people. */
export function lossInWords({ why, error, code, signal }: WorkerLoss): string {
  switch (why) {
    case 'ended':
      return signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`
    case 'failing':
    case 'unresponsive':
      return error ?? why
    case 'left':
      return 'it left without being asked'
  }
}
