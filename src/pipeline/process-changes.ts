import type { ProcessConfig } from '../config/schema-process.ts'

/** What a process takes at its start; workers can be started anew while others serve. */
const ofWorkers = ['listen', 'limits', 'log', 'workers'] as const
/** What the process that was started first holds for life. */
const ofPrimary = ['admin', 'drain', 'store', 'revocation'] as const

type Field = (typeof ofWorkers)[number] | (typeof ofPrimary)[number]

export interface ProcessChanges {
  /** Whether new workers must take over from those that serve. */
  readonly restartWorkers: boolean
  /** What takes effect at the next start only. */
  readonly atNextStart: readonly Field[]
}

/** What a reload asks for beyond what every worker takes as it runs. */
export function processChanges(
  running: ProcessConfig,
  next: ProcessConfig,
  hasWorkers: boolean,
): ProcessChanges {
  const changed = [...ofWorkers, ...ofPrimary].filter(
    field => JSON.stringify(heldOf(running, field)) !== JSON.stringify(heldOf(next, field)),
  )
  const needWorkers = changed.filter(field => (ofWorkers as readonly Field[]).includes(field))
  return {
    restartWorkers: hasWorkers && needWorkers.length > 0,
    atNextStart: hasWorkers ? changed.filter(field => !needWorkers.includes(field)) : changed,
  }
}

/**
 * What of a field a process holds for life: all of it, but of TLS only whether and how clients prove
 * themselves, and of the admin listener its address.
 */
function heldOf(config: ProcessConfig, field: Field): unknown {
  if (field === 'admin') {
    const { host, port, tls } = config.admin
    return { host, port, isSecure: tls !== undefined }
  }
  if (field !== 'listen') return config[field]
  const { tls, ...address } = config.listen
  if (tls === undefined) return address
  return {
    ...address,
    clients: tls.clientCaFile === undefined ? 'unasked' : tls.clientCertificates,
  }
}
