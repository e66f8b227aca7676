import type { Clock } from '../clock.ts'
import { createFileFlags } from '../cohort/file-flags.ts'
import type { FlagSource, FlagSourceEvent, FlagSourceStatus } from '../cohort/flag-source.ts'
import { openUnleashFlags } from '../cohort/unleash-flags.ts'
import type { Snapshot } from '../config/snapshot.ts'

export interface FlagHolderDeps {
  readonly clock: Clock
  readonly instanceId: string
  readonly onEvent: (event: FlagSourceEvent) => void
}

/**
 * Holds the flag source in force. Flags from files belong to a snapshot and change with it; a
 * connection to Unleash outlives reloads as long as its own options stay the same.
 */
export function createFlagHolder({ clock, instanceId, onEvent }: FlagHolderDeps) {
  let held: { readonly key: string; readonly source: FlagSource } | null = null

  async function open(snapshot: Snapshot): Promise<FlagSource> {
    const config = snapshot.process.unleash
    if (config === undefined) return createFileFlags({ flags: snapshot.flags, onEvent })
    return openUnleashFlags({ config, instanceId, clock, onEvent, readOnly: false })
  }

  return {
    /** Opens the source of a snapshot, or takes the one in force. */
    async prepare(snapshot: Snapshot) {
      const key = JSON.stringify(snapshot.process.unleash ?? snapshot.flags)
      const before = held
      const source = before?.key === key ? before.source : await open(snapshot)
      return {
        source,
        commit(): void {
          held = { key, source }
          if (before !== null && before.source !== source) void before.source.close()
        },
        discard(): void {
          if (before?.source !== source) void source.close()
        },
      }
    },
    source: (): FlagSource | null => held?.source ?? null,
    status: (): FlagSourceStatus | null => held?.source.status() ?? null,
    async close(): Promise<void> {
      await held?.source.close()
    },
  }
}

export type FlagHolder = ReturnType<typeof createFlagHolder>
