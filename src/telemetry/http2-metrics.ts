import { Counter, Gauge, type Registry } from 'prom-client'
import type { SessionEnd } from '../ingress/http2/client-session.ts'
import type { SessionsStatus } from '../ingress/http2/sessions.ts'

/** How much comes over HTTP/2, and how its sessions end. */
export function createHttp2Metrics(registry: Registry) {
  const registers = [registry]
  let status: () => SessionsStatus | null = () => null

  function gauge(name: string, help: string, numberOf: (status: SessionsStatus) => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        const now = status()
        this.set(now === null ? 0 : numberOf(now))
      },
    })
  }

  gauge('switchback_http2_sessions', 'Client connections over HTTP/2.', ({ open }) => open)
  gauge(
    'switchback_http2_streams',
    'Requests under way over HTTP/2, those refused at the listener among them.',
    ({ streams }) => streams,
  )
  new Counter({
    name: 'switchback_http2_requests_total',
    help: 'Requests that came over HTTP/2, those that were taken back or refused among them.',
    registers,
    collect() {
      this.reset()
      this.inc(status()?.requests ?? 0)
    },
  })
  const ends = new Counter({
    name: 'switchback_http2_sessions_ended_total',
    help: 'Client connections over HTTP/2 that are over, by why they ended.',
    labelNames: ['reason'] as const,
    registers,
  })

  return {
    watch(current: typeof status): void {
      status = current
    },
    ended(reason: SessionEnd): void {
      ends.inc({ reason })
    },
  }
}
