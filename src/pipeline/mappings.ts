import type { Clock } from '../clock.ts'
import type { Variant } from '../cohort/assignment.ts'
import type { MappingConfig } from '../config/schema-mapping.ts'
import type { UpstreamConfig } from '../config/schema-route.ts'
import type { Logger } from '../telemetry/log.ts'
import { createMappingLog } from '../telemetry/mapping-log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { OriginClient } from '../upstream/client.ts'
import { putCredential } from '../upstream/credential.ts'
import type { Room } from '../upstream/mapping/held-room.ts'
import { createMappedClient } from '../upstream/mapping/mapped-client.ts'
import { createMapping, type Handshake } from '../upstream/mapping/mapping.ts'
import { createMappingThread } from '../upstream/mapping/mapping-thread.ts'

/** Whose requests are mapped: those of clients, or their copies. */
export type MappedTraffic = 'live' | 'shadow'

/** Puts a mapping before a client; without a mapping it is the client itself. */
export type MapClient = (
  client: OriginClient,
  mapping: MappingConfig | undefined,
  of: { readonly route: string; readonly variant: Variant; readonly limits: CopyLimits | null },
) => OriginClient

/** What bodies of copies may take while they are mapped. */
export interface CopyLimits {
  /** Of one body, before and after. */
  readonly maxBodyBytes: number
  readonly room: Room
}

/** Puts an upstream's mapping and credential before a WebSocket handshake; without any it stays as it is. */
export function mapHandshake(
  upstream: Pick<UpstreamConfig, 'mapping' | 'credential'>,
): (of: Handshake) => Handshake {
  const mapping = upstream.mapping === undefined ? null : createMapping(upstream.mapping)
  const put = putCredential(upstream)
  return handshake => {
    const { target, headers } = mapping === null ? handshake : mapping.handshake(handshake)
    return { target, headers: put === null ? headers : put(headers) }
  }
}

export interface MappingsDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Metrics
}

/** What the threads run, as source or as built. */
const program = new URL(`./mapping-thread${import.meta.url.slice(-3)}`, import.meta.url)

/**
 * The mappings of this process. Live requests and copies have a thread each, so that no copy is ever
 * waited for; a thread starts with the first body that it is to map.
 */
export function createMappings({ clock, log, metrics }: MappingsDeps) {
  const onFailed = createMappingLog(log, metrics, clock)
  const threads = {
    live: createMappingThread({ program, clock }),
    shadow: createMappingThread({ program, clock }),
  }

  function mapFor(traffic: MappedTraffic): MapClient {
    return (client, mapping, { route, variant, limits }) => {
      if (mapping === undefined) return client
      const made = createMapping(mapping, limits?.maxBodyBytes)
      return createMappedClient({
        client,
        mapping: made,
        room: limits?.room ?? null,
        // One that is mended does not rest for what it was before.
        mapper: threads[traffic].mapperFor(`${route} ${variant} ${made.version}`),
        onFailed: event => onFailed({ route, variant, traffic, ...event }),
      })
    }
  }

  return {
    live: mapFor('live'),
    shadow: mapFor('shadow'),
    close(): void {
      threads.live.close()
      threads.shadow.close()
    },
  }
}
