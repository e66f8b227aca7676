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
 * Bytes that a pipe takes whole (PIPE_BUF): several workers write to one, and a longer write could be
 * torn by another's.
 */
const wholeBytes = 4096

/** From here on a line is written at once: it may be the last. */
const urgent = 40

/**
 * Structured logs, one JSON object per line on standard output, with control characters escaped
 * (what a client sends can never start a line of its own). Lines below `warn` are gathered for up to
 * a second.
 */
export function createLog(level: string, destination?: DestinationStream) {
  const sink =
    destination ??
    pino.destination({
      dest: 1,
      sync: false,
      minLength: wholeBytes - 1,
      maxWrite: wholeBytes,
      periodicFlush: 1000,
    })
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: label => ({ level: label }) },
      redact: { paths: secrets, censor: '***' },
      hooks: {
        logMethod(line, write, severity) {
          write.apply(this, line)
          if (severity >= urgent && 'flush' in sink) (sink as { flush(): void }).flush()
        },
      },
    },
    sink,
  )
  return {
    log,
    close() {
      if ('flushSync' in sink) (sink as { flushSync(): void }).flushSync()
    },
  }
}
