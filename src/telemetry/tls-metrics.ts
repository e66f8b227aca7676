import { Counter, type Registry } from 'prom-client'
import type { HandshakeFailure } from '../ingress/handshake-failure.ts'

/** What becomes of clients before they can ask for anything. */
export function createTlsMetrics(registry: Registry) {
  const failures = new Counter({
    name: 'switchback_tls_handshake_failures_total',
    help: 'TLS connections with clients that did not come about, by reason.',
    labelNames: ['reason'] as const,
    registers: [registry],
  })
  return {
    failed(reason: HandshakeFailure): void {
      failures.inc({ reason })
    },
  }
}
