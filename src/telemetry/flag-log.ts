import type { FlagSourceEvent } from '../cohort/flag-source.ts'
import type { Logger } from './log.ts'

/** What each event means to whoever reads the log at night. */
const sentences: Readonly<Record<FlagSourceEvent['type'], string>> = {
  'ready-from-server': 'flags come from Unleash',
  'ready-from-backup': 'Unleash does not answer: flags come from the backup',
  'started-empty':
    'Unleash does not answer and there is no backup to use: every caller gets V1 until it does',
  'refresh-failed': 'Unleash does not answer: the flags held stay in force',
  'refresh-recovered': 'Unleash answers again',
  changed: 'flags changed',
  'stream-open': 'Unleash tells of changes at once',
  'stream-not-open': 'Unleash does not tell of changes at once: they are seen at the next poll',
  'backup-not-written':
    'the backup of the flags cannot be written: a start without Unleash would have none',
  'usage-not-sent': 'usage counts could not be sent to Unleash; they are kept for the next time',
  'evaluation-failed': 'a flag cannot be evaluated and gives V1',
}

/** Tells the events of a flag source. What goes on being wrong is told when it begins, not each time. */
export function createFlagLog(log: Logger) {
  let lastBackupError = ''

  return (event: FlagSourceEvent): void => {
    const { type, ...details } = event
    if (type === 'backup-not-written') {
      if (event.error.message === lastBackupError) return
      lastBackupError = event.error.message
    }
    const told = Object.fromEntries(
      Object.entries(details).map(([name, value]) => [
        name,
        value instanceof Error ? value.message : value,
      ]),
    )
    log['error' in event ? 'warn' : 'info']({ ...told, event: type }, sentences[type])
  }
}
