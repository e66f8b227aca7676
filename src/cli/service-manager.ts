import { execFile } from 'node:child_process'
import type { Clock } from '../clock.ts'

/** What is told of this process to whoever started it, as sd_notify(3) has it. */
export interface ServiceManager {
  /** It serves from now on, or again; from now on it must be alive, too. `status` is for people. */
  ready(status: string): void
  /** It takes a configuration; `ready` says that it is over. */
  reloading(): void
  /** One sentence for `systemctl status`. */
  status(text: string): void
  /** It leaves and takes so many milliseconds for it at most; of what else it does nothing is told any more. */
  stopping(withinMs: number): void
  /** Resolves when all that was said so far has been taken, or could not be. */
  close(): Promise<void>
}

export interface ServiceManagerDeps {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly pid: number
  readonly clock: Clock
  /** CLOCK_MONOTONIC in microseconds, by which the manager tells an old answer from a new one. */
  readonly monotonicUsec: () => bigint
  /** Hears, in one line, that nothing can be told. */
  readonly onFailure: (line: string) => void
}

/** Milliseconds that a message may take to be taken. */
const timeoutMs = 5000

/**
 * Speaks to systemd where that asked for it (NOTIFY_SOCKET), by its own program: Node has no datagram
 * sockets of this kind (docs/adr/0020-service-manager.md). Messages arrive in the order in which they
 * are said. With WATCHDOG_USEC a sign of life is sent twice in that time, by a timer: an event loop that
 * hangs sends none, and systemd starts the process anew. Elsewhere nothing is done.
 */
export function openServiceManager(deps: ServiceManagerDeps): ServiceManager {
  const { env, clock, monotonicUsec, onFailure } = deps
  const { NOTIFY_SOCKET, PATH } = env
  let said = Promise.resolve()
  let signWaits = false
  let stopSigns = null as (() => void) | null
  let hasFailed = false
  let isStopping = false

  function say(...assignments: readonly string[]): Promise<void> {
    if (NOTIFY_SOCKET === undefined) return said
    said = said.then(
      () =>
        new Promise(taken => {
          const options = { env: { NOTIFY_SOCKET, PATH }, timeout: timeoutMs }
          execFile('systemd-notify', [...assignments], options, error => {
            if (error !== null && !hasFailed) {
              onFailure(
                `Cannot tell the service manager ${assignments[0]}: NOTIFY_SOCKET must take what systemd-notify sends, received ${error.message.trim()}`,
              )
            }
            hasFailed = error !== null
            taken()
          })
        }),
    )
    return said
  }

  function beginSigns(): void {
    const everyMs = signPeriodMs(deps)
    if (everyMs === null || stopSigns !== null) return
    stopSigns = clock.every(everyMs, () => {
      // One that still waits says it already.
      if (signWaits) return
      signWaits = true
      void say('WATCHDOG=1').then(() => {
        signWaits = false
      })
    })
  }

  /** A reload may be asked for, or end, while it leaves: to say then that it is ready would take that back. */
  function sayWhileHere(...assignments: readonly string[]): void {
    if (!isStopping) void say(...assignments)
  }

  return {
    ready(status) {
      sayWhileHere('READY=1', `STATUS=${status}`)
      beginSigns()
    },
    reloading: () => sayWhileHere('RELOADING=1', `MONOTONIC_USEC=${monotonicUsec()}`),
    status: text => sayWhileHere(`STATUS=${text}`),
    stopping(withinMs) {
      isStopping = true
      void say('STOPPING=1', `EXTEND_TIMEOUT_USEC=${withinMs * 1000}`, 'STATUS=draining')
    },
    close() {
      stopSigns?.()
      return said
    },
  }
}

/** Milliseconds between two signs of life; null where nobody waits for them from this process. */
function signPeriodMs({
  env: { WATCHDOG_USEC, WATCHDOG_PID },
  pid,
}: Pick<ServiceManagerDeps, 'env' | 'pid'>): number | null {
  const usec = Number(WATCHDOG_USEC)
  if (!(usec > 0) || (WATCHDOG_PID !== undefined && WATCHDOG_PID !== String(pid))) return null
  return Math.max(1, Math.floor(usec / 2000))
}
