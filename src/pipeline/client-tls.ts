import type { Socket } from 'node:net'
import type { ListenTls } from '../config/listen-tls.ts'
import { createServerTls } from '../ingress/server-tls.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { RefusalWatch } from './refusal-watch.ts'

export interface ClientTlsDeps {
  /** Of the first snapshot; null for cleartext. */
  readonly first: ListenTls | null
  readonly metrics: Metrics
  readonly watch: RefusalWatch
}

/** The TLS of the client listener, if there is any. Throws where it refuses what the snapshot holds. */
export function createClientTls({ first, metrics, watch }: ClientTlsDeps) {
  const server =
    first === null
      ? null
      : createServerTls({
          first,
          onFailure(reason, client) {
            metrics.tls.failed(reason)
            watch.handshakeFailed(reason, client)
          },
        })

  return {
    server,
    /** See `prepare` of the server; whether there is TLS at all was settled at the start. */
    prepare(next: ListenTls | null): () => void {
      return server === null || next === null ? () => {} : server.prepare(next)
    },
    /** Whether a connection is better made anew, see the server. */
    isOutdated: (socket: Socket): boolean => server?.isOutdated(socket) ?? false,
  }
}
