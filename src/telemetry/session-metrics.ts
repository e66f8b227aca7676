import { Counter, Gauge, type Registry } from 'prom-client'

/** Of browsers that are logged in to the admin listener. */
export function createSessionMetrics(registry: Registry) {
  const registers = [registry]
  return {
    open: new Gauge({
      name: 'switchback_admin_sessions',
      help: 'Sessions of browsers on the admin listener.',
      registers,
    }),
    logins: new Counter({
      name: 'switchback_admin_logins_total',
      help: 'Logins to the admin listener, by what was to prove them (token or oidc) and result: done or refused.',
      labelNames: ['by', 'result'] as const,
      registers,
    }),
    ended: new Counter({
      name: 'switchback_admin_sessions_ended_total',
      help: 'Sessions of browsers that ended, by reason: logged-out, idle, too-old, withdrawn or crowded-out.',
      labelNames: ['reason'] as const,
      registers,
    }),
  }
}

export type SessionMetrics = ReturnType<typeof createSessionMetrics>
