import type { UpstreamFault } from '../client.ts'

/**
 * What an exchange waits for just now, and until when. There is no timer per request: a coarse sweep asks
 * every exchange whether it is overdue.
 */
export class Deadline {
  #fault: UpstreamFault = 'connect-timeout'
  #limitMs = Number.POSITIVE_INFINITY
  #from = 0

  /** Waits for something new, from `now` on; a limit of 0 is none. */
  set(fault: UpstreamFault, limitMs: number, now: number): void {
    this.#fault = fault
    this.#limitMs = limitMs === 0 ? Number.POSITIVE_INFINITY : limitMs
    this.#from = now
  }

  /** Nothing is awaited from the upstream. */
  off(): void {
    this.#limitMs = Number.POSITIVE_INFINITY
  }

  overdue(now: number): UpstreamFault | null {
    return now - this.#from > this.#limitMs ? this.#fault : null
  }
}
