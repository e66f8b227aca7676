import { Counter, Gauge, type Registry } from 'prom-client'
import type { SpanCounts } from './tracing/exporter.ts'

/** What became of spans, read when somebody asks. */
export function createTracingMetrics(registry: Registry) {
  const registers = [registry]
  const nothing = { 'queue-full': 0, refused: 0, stopping: 0 }
  let counts: () => SpanCounts = () => ({ exported: 0, dropped: nothing, queued: 0 })
  new Counter({
    name: 'switchback_spans_exported_total',
    help: 'Spans that the collector took.',
    registers,
    collect() {
      this.reset()
      this.inc(counts().exported)
    },
  })
  new Counter({
    name: 'switchback_spans_dropped_total',
    help: 'Spans that never got to the collector, by reason.',
    labelNames: ['reason'] as const,
    registers,
    collect() {
      this.reset()
      for (const [reason, count] of Object.entries(counts().dropped)) this.inc({ reason }, count)
    },
  })
  new Gauge({
    name: 'switchback_spans_queued',
    help: 'Spans that wait for the collector.',
    registers,
    collect() {
      this.set(counts().queued)
    },
  })
  return {
    watch(source: typeof counts): void {
      counts = source
    },
  }
}
