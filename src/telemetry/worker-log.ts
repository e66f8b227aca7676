import type { WorkerEvent } from '../fleet/workers/worker-event.ts'
import type { Logger } from './log.ts'

/** What each event means to whoever reads the log at night. */
const sentences: Readonly<Record<WorkerEvent['type'], string>> = {
  serves: 'worker serves',
  lost: 'worker lost; another one follows',
  'not-started': 'a worker could not be started; it is tried again',
  behind:
    'a worker could not take the configuration that another took; one that starts with it follows',
}

/** Tells what happens to the workers. */
export function createWorkerLog(log: Logger) {
  return ({ type, ...details }: WorkerEvent): void => {
    const error = 'error' in details ? details.error : undefined
    const told = { ...details, error: error instanceof Error ? error.message : error }
    log[type === 'serves' ? 'info' : 'error']({ ...told, event: type }, sentences[type])
  }
}
