import { after, type Clock } from '../clock.ts'
import type { HealthRule } from '../config/upstream-rules.ts'
import { afterAwake } from './awake-clock.ts'
import type { Exchange, OriginClient, ResponseSink, UpstreamFault } from './client.ts'

/** What active checks say about an origin. */
export interface Health {
  readonly healthy: boolean
  /** The last check in words; null before the first. */
  readonly lastCheck: string | null
  close(): void
}

export interface HealthCheckDeps {
  readonly client: OriginClient
  readonly rule: HealthRule
  readonly clock: Clock
  /** A number in [0, 1). */
  readonly random: () => number
  readonly onChange: (healthy: boolean, finding: string) => void
}

/** Of an answer's body, before its status is enough. */
const maxBodyBytes = 65_536

/** Checks an origin for as long as it is wanted. Healthy until proved otherwise: a start must not fail for want of a check. */
export function createHealthCheck({
  client,
  rule,
  clock,
  random,
  onChange,
}: HealthCheckDeps): Health {
  let healthy = true
  let lastCheck: string | null = null
  /** Findings in a row against what holds now. */
  let contrary = 0
  let current: Check | null = null
  let stopChecks = after(clock, random() * rule.intervalMs, () => {
    stopChecks = clock.every(rule.intervalMs, check)
    check()
  })

  function check(): void {
    // One that hangs has its own end; a second beside it would tell no more.
    if (current !== null) return
    current = new Check(client, rule, clock, (good, finding) => {
      current = null
      take(good, finding)
    })
  }

  /** `good` null: the check found nothing out. */
  function take(good: boolean | null, finding: string): void {
    lastCheck = finding
    if (good === null) return
    if (good === healthy) {
      contrary = 0
      return
    }
    contrary++
    if (contrary < (healthy ? rule.fall : rule.rise)) return
    contrary = 0
    healthy = good
    onChange(healthy, finding)
  }

  return {
    get healthy() {
      return healthy
    },
    get lastCheck() {
      return lastCheck
    },
    close() {
      stopChecks()
      current?.stop()
    },
  }
}

/** One question to the origin. */
class Check implements ResponseSink {
  private readonly onFound: (good: boolean | null, finding: string) => void
  private readonly exchange: Exchange
  private readonly path: string
  private readonly cancelTimeout: () => void
  private status = 0
  private bytes = 0
  private over = false

  constructor(
    client: OriginClient,
    { path, timeoutMs }: HealthRule,
    clock: Clock,
    onFound: (good: boolean | null, finding: string) => void,
  ) {
    this.path = path
    this.onFound = onFound
    this.cancelTimeout = afterAwake(clock, timeoutMs, () =>
      this.found(false, `took longer than ${timeoutMs} ms`),
    )
    this.exchange = client.send(
      {
        method: 'GET',
        target: path,
        headers: ['host', new URL(client.origin).host, 'user-agent', 'switchback-health'],
        bodyLength: 0,
        // The check's own time limit ends it; these only must not come before it.
        connectTimeoutMs: 2 * timeoutMs,
        headersTimeoutMs: 2 * timeoutMs,
        bodyTimeoutMs: 2 * timeoutMs,
      },
      this,
    )
    this.exchange.end()
  }

  onInformation(): void {}
  onLull(): void {}
  onDrain(): void {}

  onHead(status: number): void {
    this.status = status
  }

  onData(chunk: Buffer): boolean {
    this.bytes += chunk.length
    if (this.bytes > maxBodyBytes) this.judge()
    return true
  }

  onEnd(): void {
    this.judge()
  }

  onFault(fault: UpstreamFault): void {
    // No free connection, or none any more: that is our doing.
    this.found(fault === 'busy' || fault === 'aborted' ? null : false, `failed with ${fault}`)
  }

  /** Nobody wants to know any more. */
  stop(): void {
    this.over = true
    this.cancelTimeout()
    this.exchange.abort()
  }

  private judge(): void {
    this.found(this.status >= 200 && this.status < 400, `answered ${this.status}`)
  }

  private found(good: boolean | null, what: string): void {
    if (this.over) return
    this.stop()
    this.onFound(good, `GET ${this.path} ${what}`)
  }
}
