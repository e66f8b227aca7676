import CircuitBreaker from 'opossum'
import type { Clock } from '../clock.ts'
import type { BreakerRule } from '../config/rules.ts'

export type BreakerState = 'closed' | 'open' | 'half-open'

/** What an attempt showed: `nothing` for one whose client left, or that never got to the origin. */
export type Finding = 'success' | 'failure' | 'nothing'

export interface BreakerDeps {
  readonly rule: BreakerRule
  readonly clock: Clock
  /** Hears of every state after the first, which is `closed`. */
  readonly onChange: (state: BreakerState) => void
}

/** The share from which on, and not above which, it opens: opossum asks for more than its threshold. */
const leastPercent = 1e-9

/** Milliseconds that all others wait for a probe; after that one more may try. */
const maxProbeMs = 5000

const failure = new Error('the attempt failed')
const success = Promise.resolve()
const ignore = () => {}

/**
 * The circuit breaker of one origin. opossum keeps the counts and the states; it hears of an attempt
 * when that has ended, see docs/adr/0007-breakers.md. Which request is the probe is known here, since
 * one whose client leaves must prove nothing.
 */
export class Breaker {
  state: BreakerState = 'closed'
  private readonly circuit: CircuitBreaker<[boolean], void>
  private readonly clock: Clock
  private readonly openMs: number
  private openedAt = 0
  private isProbed = false
  private probedAt = 0

  constructor({ rule, clock, onChange }: BreakerDeps) {
    this.clock = clock
    this.openMs = rule.openMs
    this.circuit = new CircuitBreaker(attempt, {
      // Both would be timers and lists for every request; forwarding has its own limits.
      timeout: false,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
      errorThresholdPercentage: rule.errorRate * 100 - leastPercent,
      volumeThreshold: rule.minRequests,
      rollingCountTimeout: rule.windowMs,
      resetTimeout: rule.openMs,
    })
    const enter = (state: BreakerState) => {
      this.state = state
      this.isProbed = false
      if (state === 'open') this.openedAt = clock.monotonic()
      onChange(state)
    }
    this.circuit
      .on('open', () => enter('open'))
      .on('halfOpen', () => enter('half-open'))
      .on('close', () => enter('closed'))
  }

  /**
   * Whether a request may be sent; while half-open, one may. A probe is not waited for without end:
   * its client may be sending it byte by byte.
   */
  get admits(): boolean {
    if (this.state !== 'half-open') return this.state === 'closed'
    return !this.isProbed || this.clock.monotonic() >= this.probedAt + maxProbeMs
  }

  /** An attempt begins. True: it is the probe, and `settle` must be told so. */
  begin(): boolean {
    if (this.state === 'closed') return false
    this.isProbed = true
    this.probedAt = this.clock.monotonic()
    return true
  }

  /** An attempt has ended. What began before the breaker opened neither closes nor opens it again. */
  settle(isProbe: boolean, finding: Finding): void {
    if (this.circuit.isShutdown) return
    if (this.state === 'closed' ? isProbe : !isProbe || this.state === 'open') return
    if (finding === 'success' && !isProbe) this.countSuccess()
    else if (finding === 'success') void this.circuit.fire(false)
    else if (finding === 'failure') this.circuit.fire(true).catch(ignore)
    else if (isProbe) this.isProbed = false
  }

  /** What `fire` comes to for a success while closed, without the promises that it makes on the way. */
  private countSuccess(): void {
    this.circuit.emit('fire')
    this.circuit.emit('success')
  }

  /** Milliseconds until a probe may be due. */
  get restMs(): number {
    if (this.state !== 'open') return 0
    return Math.max(0, this.openedAt + this.openMs - this.clock.monotonic())
  }

  close(): void {
    this.circuit.shutdown()
  }
}

/** What opossum calls: over already, one way or the other. Thrown, a failure counts at once. */
function attempt(hasFailed: boolean): Promise<void> {
  if (hasFailed) throw failure
  return success
}
