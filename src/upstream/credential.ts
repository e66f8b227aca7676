import type { UpstreamConfig } from '../config/schema-route.ts'
import type { OriginClient } from './client.ts'

/** Flat name/value pairs with lower-case names, as the upstream is to get them. */
export type PutCredential = (headers: readonly string[]) => readonly string[]

/** Puts the upstream's `credential` in the place of every Authorization; null where the client's goes on. */
export function putCredential({
  credential,
}: Pick<UpstreamConfig, 'credential'>): PutCredential | null {
  if (credential === undefined) return null
  const own = credential === 'none' ? [] : ['authorization', credential]

  return headers => {
    const kept: string[] = []
    for (let at = 0; at < headers.length; at += 2) {
      const name = headers[at] as string
      if (name !== 'authorization') kept.push(name, headers[at + 1] as string)
    }
    return own.length === 0 ? kept : kept.concat(own)
  }
}

/**
 * A client whose requests carry the upstream's own credential. It stands before the origin of one variant,
 * so that a retry carries it too, and V1 that answers for V2 gets its own.
 */
export function withCredential(client: OriginClient, put: PutCredential | null): OriginClient {
  if (put === null) return client
  return {
    origin: client.origin,
    get inFlight() {
      return client.inFlight
    },
    send: (request, sink) => client.send({ ...request, headers: put(request.headers) }, sink),
    close: () => client.close(),
  }
}
