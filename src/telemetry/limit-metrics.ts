import { Counter, Gauge, type Registry } from 'prom-client'
import type { LimiterMode } from '../limits/limiter.ts'
import type { LimitResult } from '../limits/route-limits.ts'

type Pending = Record<LimitResult, number>

const modes: readonly LimiterMode[] = ['memory', 'redis', 'share', 'floor']

/** What rate limits did. Names of limits are the operator's own, so they may be labels. */
export function createLimitMetrics(registry: Registry) {
  const registers = [registry]
  /** Counted in plain numbers, which the registry's counter takes over when it is read. */
  const routes = new Map<string, Map<string, Pending>>()

  new Counter({
    name: 'switchback_rate_limit_checks_total',
    help: 'What rate limits said to requests: allowed by each that was asked, refused by the one that had too little left.',
    labelNames: ['route', 'limit', 'result'] as const,
    registers,
    collect() {
      for (const [route, limits] of routes) {
        for (const [limit, pending] of limits) {
          for (const result of ['allowed', 'refused'] as const) {
            this.inc({ route, limit, result }, pending[result])
            pending[result] = 0
          }
        }
      }
    },
  })
  const mode = new Gauge({
    name: 'switchback_rate_limit_mode',
    help: 'Workers by who answers for their rate limits: memory, redis, or while Redis is out of reach share or floor.',
    labelNames: ['mode'] as const,
    registers,
  })

  return {
    /** Counts for one route; goes on where it was when a reload brings the route again. */
    forRoute(route: string): (limit: string, result: LimitResult) => void {
      const limits = routes.get(route) ?? new Map<string, Pending>()
      routes.set(route, limits)
      return (limit, result) => {
        const pending = limits.get(limit)
        if (pending !== undefined) pending[result]++
        else limits.set(limit, { allowed: 0, refused: 0, [result]: 1 })
      }
    },
    setMode(now: LimiterMode): void {
      for (const each of modes) mode.set({ mode: each }, each === now ? 1 : 0)
    },
  }
}
