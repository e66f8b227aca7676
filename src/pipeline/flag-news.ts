import type { FlagSource, FlagSourceEvent } from '../cohort/flag-source.ts'
import type { Snapshot } from '../config/snapshot.ts'
import { createFlagLog } from '../telemetry/flag-log.ts'
import type { Logger } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'

export interface FlagNewsDeps {
  readonly log: Logger
  readonly metrics: Pick<Metrics, 'flags'>
  /** Those in force; null before there are any. */
  readonly source: () => FlagSource | null
  readonly snapshot: () => Snapshot
}

/** What operators hear of the flags: how their source fares, and which of them nobody knows. */
export function createFlagNews({ log, metrics, source, snapshot }: FlagNewsDeps) {
  const tell = createFlagLog(log)
  metrics.flags.watch(() => source()?.status() ?? null)

  /** A misspelt flag would otherwise only show as everyone getting V1. */
  function warnOfUnknownFlags(): void {
    const flags = source()
    if (flags === null || !flags.status().ready) return
    for (const { name, flag } of snapshot().routes) {
      if (flag === undefined || flags.feature(flag) !== undefined) continue
      log.warn({ route: name, flag }, 'the flag of this route is not known: everyone gets V1')
    }
  }

  return {
    warnOfUnknownFlags,
    onEvent(event: FlagSourceEvent): void {
      tell(event)
      if (event.type === 'changed') warnOfUnknownFlags()
    },
  }
}
