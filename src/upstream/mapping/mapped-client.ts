import type { OriginClient } from '../client.ts'
import type { BodyMapper } from './body-job.ts'
import type { Room } from './held-room.ts'
import { MappedExchange } from './mapped-exchange.ts'
import type { Mapping, MappingEvent } from './mapping.ts'

export interface MappedClientDeps {
  readonly client: OriginClient
  readonly mapping: Mapping
  readonly mapper: BodyMapper
  readonly onFailed: (event: MappingEvent) => void
  /** Where bodies are counted while they are gathered and mapped; null for live requests. */
  readonly room: Room | null
}

/**
 * A client to an origin that speaks otherwise than the clients of its route: what is sent through it
 * arrives in the origin's language, and is answered in theirs. It keeps every promise of `client.ts`;
 * a body that cannot be mapped ends the exchange with a fault before anything of it is told.
 */
export function createMappedClient(deps: MappedClientDeps): OriginClient {
  const { client } = deps
  /** Requests that the client below does not have yet, or no longer has. */
  let held = 0
  let whenNoneHeld: PromiseWithResolvers<void> | null = null
  let closing: Promise<void> | null = null

  const owner = {
    ...deps,
    hold(): void {
      held++
    },
    release(): void {
      held--
      if (held === 0) whenNoneHeld?.resolve()
    },
  }

  async function close(): Promise<void> {
    if (held > 0) {
      whenNoneHeld = Promise.withResolvers()
      await whenNoneHeld.promise
    }
    await client.close()
  }

  return {
    origin: client.origin,
    get inFlight() {
      return client.inFlight + held
    },
    send(request, sink) {
      const exchange = new MappedExchange(request, sink, owner)
      if (closing !== null) queueMicrotask(() => exchange.abort())
      else exchange.begin()
      return exchange
    },
    close() {
      closing ??= close()
      return closing
    },
  }
}
