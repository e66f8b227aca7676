import type { EjectionRule } from '../config/upstream-rules.ts'

/** Milliseconds for which an origin rests that could not be reached, or that is being tried again. */
const briefRestMs = 1000

/** What live requests say about an origin: one that fails them rests, and is asked only when there is no other. */
export class Standing {
  private readonly rule: EjectionRule | null
  private readonly onEjected: (rule: EjectionRule) => void
  /** Failures in a row. */
  private failures = 0
  /** Monotonic milliseconds; 0 for an origin that does its work. */
  private restsUntil = 0

  /** `rule` null: only an origin that cannot be reached rests. */
  constructor(rule: EjectionRule | null, onEjected: (rule: EjectionRule) => void) {
    this.rule = rule
    this.onEjected = onEjected
  }

  /** Out of work until a request has succeeded, whether or not one may try it by now. */
  get ejected(): boolean {
    return this.restsUntil !== 0
  }

  rests(now: number): boolean {
    return now < this.restsUntil
  }

  /** Whoever gets an origin whose rest is over tries it for the others, who wait for what comes of it. */
  chosen(now: number): void {
    if (this.restsUntil !== 0) this.restsUntil = Math.max(this.restsUntil, now + briefRestMs)
  }

  succeeded(): void {
    this.failures = 0
    this.restsUntil = 0
  }

  /** `unreached`: no connection came about. A dead origin is never busy, and would be chosen before all others. */
  failed(unreached: boolean, now: number): void {
    const { rule } = this
    this.failures++
    if (unreached) this.restsUntil = Math.max(this.restsUntil, now + briefRestMs)
    if (rule === null || this.failures < rule.failures) return
    this.restsUntil = now + rule.restMs
    // Told once, not at each try of an origin that is still no good.
    if (this.failures === rule.failures) this.onEjected(rule)
  }
}
