import { type DestinationStream, type Logger, pino } from 'pino'

/** Fields that never reach a log, wherever an object that carries them is logged. */
const secrets = [
  'authorization',
  'cookie',
  'token',
  'cookieSecret',
  '*.authorization',
  '*.cookie',
  '*.token',
  '*.cookieSecret',
]

export type { Logger }

/**
 * Structured logs, one JSON object per line on standard output, with control characters escaped
 * (what a client sends can never start a line of its own). Lines are gathered for up to a second.
 */
export function createLog(level: string, destination?: DestinationStream) {
  const sink =
    destination ?? pino.destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 1000 })
  const log = pino({ level, base: null, redact: { paths: secrets, censor: '***' } }, sink)
  return {
    log,
    close() {
      if ('flushSync' in sink) (sink as { flushSync(): void }).flushSync()
    },
  }
}
