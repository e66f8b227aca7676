import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { Gauge, type Registry } from 'prom-client'

/** Milliseconds between two ticks of the timer that is measured. */
const resolutionMs = 20

/**
 * Milliseconds after which a reader begins the next window. What is told is the worse of the last whole
 * window and the one that runs: who reads at least that often misses nothing, and any number may read.
 */
export const windowMs = 30_000

interface Seen {
  readonly p99: number
  readonly longest: number
  readonly busy: number
}

/**
 * How late the event loop of this process comes to its timers, and how much of the time it is busy.
 * prom-client has such numbers too, but forgets them with each reading, so that two readers take them
 * from each other; and the workers of a gateway are read every other second.
 */
export function watchEventLoop(registry: Registry): void {
  const delays = monitorEventLoopDelay({ resolution: resolutionMs })
  delays.enable()
  let before: Seen = { p99: 0, longest: 0, busy: 0 }
  let since = performance.eventLoopUtilization()

  function seen(): Seen {
    return {
      p99: lateness(delays.percentile(99)),
      longest: lateness(delays.max),
      busy: performance.eventLoopUtilization(since).utilization,
    }
  }

  function worst(of: keyof Seen): number {
    const now = seen()
    const worse = Math.max(before[of], now[of])
    // The delays between two ticks add up to the time that passed.
    if (delays.count > 0 && (delays.count * delays.mean) / 1e6 >= windowMs) {
      before = now
      delays.reset()
      since = performance.eventLoopUtilization()
    }
    return worse
  }

  function gauge(name: string, help: string, of: keyof Seen): void {
    new Gauge({
      name,
      help,
      registers: [registry],
      // Over processes: the worst that one of them has. A mean would hide it.
      aggregator: 'max',
      collect() {
        this.set(worst(of))
      },
    })
  }

  gauge(
    'switchback_event_loop_lag_p99_seconds',
    'How late the event loop of the worst process came to its timers in the last 30 to 60 s, 99th percentile: so long a request waits before it is even read. Clients feel it above 0.1.',
    'p99',
  )
  gauge(
    'switchback_event_loop_lag_max_seconds',
    'The longest that the event loop of the worst process was late in the last 30 to 60 s.',
    'longest',
  )
  gauge(
    'switchback_event_loop_busy_ratio',
    'Share of the last 30 to 60 s in which the event loop of the busiest process had something to do, 0 to 1. More workers or machines are due above 0.8.',
    'busy',
  )
}

/** Seconds by which two ticks were further apart than asked for; `nanoseconds` between them, 0 for none. */
function lateness(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - resolutionMs / 1000)
}
