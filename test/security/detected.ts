import { Value } from 'typebox/value'
import { type SecurityConfig, SecuritySchema } from '../../src/config/schema-security.ts'
import { createDetector } from '../../src/security/detector.ts'
import type { SecurityNews } from '../../src/security/event.ts'
import type { EventRule } from '../../src/security/kind-watch.ts'

type Events = SecurityConfig['events']

/** The rules of a configuration that says nothing of them. */
export const defaults: Events = (Value.Default(SecuritySchema, {}) as SecurityConfig).events

/** The defaults, with another rule about tokens. */
export function tokenRule(rule: Partial<EventRule>): Events {
  return { ...defaults, 'bad-token-flood': { ...defaults['bad-token-flood'], ...rule } }
}

/** Wall-clock time at the start. */
export const startedAt = 1_700_000_000_000

/** A detector whose time the test moves, and what it told. */
export function detecting(rules: Events = defaults) {
  const detector = createDetector(rules)
  const news: SecurityNews[] = []
  let passed = 0
  const moment = () => ({ now: 1_000_000 + passed, at: startedAt + passed })

  return {
    detector,
    news,
    /** Bad tokens of a client, as a worker reports them. */
    bad(count: number, client = '192.0.2.1'): void {
      const counts = { 'bad-token-flood': count, [`bad-token-flood ${client}`]: count }
      news.push(...detector.take(counts, moment()))
    },
    /** Time passes, with a look at the events every second. */
    pass(seconds: number): void {
      for (let i = 0; i < seconds; i++) {
        passed += 1000
        news.push(...detector.tick(moment()))
      }
    },
    /** What was told, in short, since the last call. */
    told: (): string[] =>
      news.splice(0).map(({ step, event }) => `${step} ${event.client} ${event.refusals}`),
  }
}
