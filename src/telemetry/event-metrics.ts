import { Counter, Gauge, type Registry } from 'prom-client'

/** Of the stream of changes on the admin listener. */
export function createEventMetrics(registry: Registry) {
  const registers = [registry]
  return {
    streams: new Gauge({
      name: 'switchback_event_streams',
      help: 'Streams of changes that are open on the admin listener.',
      registers,
    }),
    ended: new Counter({
      name: 'switchback_event_streams_ended_total',
      help: 'Streams of changes that ended, by reason: left, slow, refused or closing.',
      labelNames: ['reason'] as const,
      registers,
    }),
  }
}
