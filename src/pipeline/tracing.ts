import type { Clock } from '../clock.ts'
import type { ProcessConfig } from '../config/schema-process.ts'
import type { TracingConfig } from '../config/schema-tracing.ts'
import { shareOf } from '../config/units.ts'
import { type BeginTrace, createBeginTrace } from '../ingress/request-trace.ts'
import type { Logger } from '../telemetry/log.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { createSpanExporter, type SpanTarget } from '../telemetry/tracing/exporter.ts'
import { createTracingLog } from '../telemetry/tracing-log.ts'
import { createAttemptTraces } from './attempt-traces.ts'
import type { Ids } from './ids.ts'
import { createRequestSpans } from './request-spans.ts'

export interface TracingDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Pick<Metrics, 'watchSpans'>
  readonly ids: Ids
  /** Names this process, such as `<host>-<pid>`. */
  readonly instanceId: string
}

/**
 * Tracing in a worker: requests take their place in a trace as they come in, what is sent to upstreams is told of
 * it, and spans of those that are recorded go to a collector. All of it follows the configuration in force.
 */
export function createTracing(deps: TracingDeps) {
  const { clock, ids, log } = deps
  const exporter = createSpanExporter({
    clock,
    chance: ids.chance,
    onResult: createTracingLog(log, clock),
  })
  deps.metrics.watchSpans(exporter.counts)

  return {
    /** What gives requests their places under a configuration; null where traces are not looked at. */
    beginsBy(config: TracingConfig | undefined): BeginTrace | null {
      if (config === undefined) return null
      return createBeginTrace({
        share: shareOf(config.sample),
        continues: config.continue,
        newTraceId: ids.trace,
        newSpanId: ids.span,
        chance: ids.chance,
        clock,
      })
    },
    /** Takes a configuration into force. */
    apply: (process: ProcessConfig): void => exporter.aim(targetOf(process, deps.instanceId)),
    attempts: createAttemptTraces({ clock, ids, exporter }),
    requests: createRequestSpans(clock, exporter),
    close: (): Promise<void> => exporter.close(),
  }
}

export type Tracing = ReturnType<typeof createTracing>

/** Where spans are posted to, by the base address of a collector. */
export function spansAddress(otlp: string): string {
  return `${otlp.replace(/\/+$/, '')}/v1/traces`
}

/** Null where spans are sent nowhere. */
function targetOf({ name, tracing }: ProcessConfig, instanceId: string): SpanTarget | null {
  if (tracing?.otlp === undefined) return null
  const { otlp, headers, resource, maxQueuedSpans, timeoutMs } = tracing
  return {
    url: spansAddress(otlp),
    headers,
    resource: { 'service.name': name, 'service.instance.id': instanceId, ...resource },
    maxQueued: maxQueuedSpans,
    timeoutMs,
  }
}
