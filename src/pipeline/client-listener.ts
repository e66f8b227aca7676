import type { ProcessConfig } from '../config/schema-process.ts'
import { createListener, type Listener, type ListenerOptions } from '../ingress/listener.ts'
import { createHttp2Log } from '../telemetry/http2-log.ts'
import type { Logger } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { RefusalWatch } from './refusal-watch.ts'

export interface ClientListenerDeps
  extends Pick<ListenerOptions, 'tls' | 'clock' | 'newId' | 'onRequest' | 'onUpgrade'> {
  readonly process: ProcessConfig
  readonly log: Logger
  readonly metrics: Metrics
  readonly watch: RefusalWatch
}

/** Makes the listener for clients, and counts and tells what never becomes a request. */
export async function createClientListener(deps: ClientListenerDeps): Promise<Listener> {
  const { metrics, watch } = deps
  const listener = await createListener({
    ...deps,
    config: deps.process,
    onDropped: () => metrics.dropped.inc(),
    onRefused(reason, client) {
      metrics.refusals.inc({ route: '', reason })
      watch.refused(reason, undefined, client)
    },
    onSessionEnd: createHttp2Log(deps),
  })
  metrics.http2.watch(listener.http2)
  return listener
}
