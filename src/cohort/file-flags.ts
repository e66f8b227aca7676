import type { FlagConfig } from '../config/schema-flag.ts'
import { completeFlagSet } from './flag-set.ts'
import type { Flag, FlagSource, FlagSourceEvent } from './flag-source.ts'
import { createHeldFlags } from './held-flags.ts'

export interface FileFlagsOptions {
  /** `Snapshot.flags`. A new snapshot takes a new source; nothing is carried over. */
  readonly flags: readonly FlagConfig[]
  readonly onEvent?: (event: FlagSourceEvent) => void
}

/** The flags of `flags/*.json`: offline, ready at once, the same evaluation as with Unleash. */
export function createFileFlags({ flags, ...told }: FileFlagsOptions): FlagSource {
  return createHeldFlags({
    ...told,
    set: completeFlagSet({ features: flags as readonly Flag[], segments: [] }),
    status: {
      kind: 'flags',
      ready: true,
      from: 'files',
      lastUpdated: null,
      failure: null,
      stream: 'off',
    },
  })
}
