import { systemClock } from '../clock.ts'
import { createFileFlags } from '../cohort/file-flags.ts'
import type { FlagSource } from '../cohort/flag-source.ts'
import { openUnleashFlags } from '../cohort/unleash-flags.ts'
import type { Snapshot } from '../config/snapshot.ts'

/**
 * The flags that a gateway with this configuration has, for one who only asks: nothing is counted in
 * Unleash or kept. The events need no telling; where the flags came from stands in their status.
 */
export async function openFlags({ flags, process: { unleash } }: Snapshot): Promise<FlagSource> {
  if (!unleash) return createFileFlags({ flags })
  return openUnleashFlags({
    config: unleash,
    instanceId: 'command-line',
    clock: systemClock,
    onEvent: () => {},
    readOnly: true,
  })
}
