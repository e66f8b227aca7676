import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../clock.ts'
import type { Fault } from './fault.ts'
import { type LoadOptions, loadConfig } from './load.ts'
import type { Snapshot } from './snapshot.ts'

export type ReloadCause = 'file-change' | 'signal' | 'start'
export type ReloadResult = 'applied' | 'unchanged' | 'refused'

/** What came of one attempt to load the configuration. */
export interface ReloadReport {
  readonly why: ReloadCause
  readonly result: ReloadResult
  /** Version in force after the attempt; null when there is none yet. */
  readonly version: string | null
  /** Why the files were refused; empty otherwise. */
  readonly faults: readonly Fault[]
  /** Why `apply` refused a valid configuration; null otherwise. */
  readonly error: Error | null
}

export interface LiveStatus {
  /** Version in force; null before the first success. */
  readonly version: string | null
  /** When it came into force, milliseconds since the Unix epoch. */
  readonly loadedAt: number | null
  readonly lastAttemptAt: number | null
  readonly lastResult: ReloadResult | null
  readonly faults: readonly Fault[]
  readonly error: Error | null
}

export interface LiveConfigDeps extends LoadOptions {
  readonly clock: Clock
  /** Puts a snapshot into force as a whole; when it throws, it must have changed nothing. */
  readonly apply: (snapshot: Snapshot) => void | Promise<void>
  /** Hears of every attempt. */
  readonly report: (report: ReloadReport) => void
}

export interface LiveConfig {
  /** The snapshot in force; null before the first success. */
  readonly current: Snapshot | null
  readonly status: LiveStatus
  /** Absolute paths of the files that the last attempt found named, whether they could be read or not. */
  readonly files: readonly string[]
  /**
   * Loads everything anew and puts it into force, or keeps what is there. One at a time: calls during
   * a reload share one more. Never rejects.
   */
  reload(why: ReloadCause): Promise<ReloadReport>
}

/** Holds the configuration in force through edits, good and bad. */
export function createLiveConfig(deps: LiveConfigDeps): LiveConfig {
  const { clock, apply, report } = deps
  let current: Snapshot | null = null
  let loadedAt: number | null = null
  let lastAttemptAt: number | null = null
  let last: ReloadReport | null = null
  let files: readonly string[] = []
  let running: Promise<ReloadReport> | null = null
  let next: Promise<ReloadReport> | null = null

  async function attempt(why: ReloadCause): Promise<ReloadReport> {
    lastAttemptAt = clock.now()
    const done = await load(why)
    last = done
    report(done)
    return done
  }

  async function load(why: ReloadCause): Promise<ReloadReport> {
    const outcome = (
      result: ReloadResult,
      faults: readonly Fault[] = [],
      error: Error | null = null,
    ) => ({
      why,
      result,
      version: current?.version ?? null,
      faults,
      error,
    })
    try {
      const loaded = await loadConfig(deps)
      files = loaded.files
      if (!loaded.ok) return outcome('refused', loaded.faults)
      // Compared as a whole, since a rotated secret leaves the version as it is.
      if (isDeepStrictEqual(loaded.snapshot, current)) return outcome('unchanged')
      await apply(loaded.snapshot)
      current = loaded.snapshot
      loadedAt = clock.now()
      return outcome('applied')
    } catch (error) {
      return outcome('refused', [], error instanceof Error ? error : new Error(String(error)))
    }
  }

  function start(why: ReloadCause): Promise<ReloadReport> {
    running = attempt(why).finally(() => {
      running = null
    })
    return running
  }

  return {
    get current() {
      return current
    },
    get files() {
      return files
    },
    get status() {
      return {
        version: current?.version ?? null,
        loadedAt,
        lastAttemptAt,
        lastResult: last?.result ?? null,
        faults: last?.faults ?? [],
        error: last?.error ?? null,
      }
    },
    reload(why) {
      if (running === null) return start(why)
      next ??= running.then(() => {
        next = null
        return start(why)
      })
      return next
    },
  }
}
