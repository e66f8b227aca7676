import { createFileFlags } from '../../src/cohort/file-flags.ts'
import type { FlagSource, FlagStrategy } from '../../src/cohort/flag-source.ts'
import type { FlagConfig } from '../../src/config/schema-flag.ts'
import type { LinkedRoute } from '../../src/config/snapshot.ts'
import type { Caller } from '../../src/identity/caller.ts'
import { plainRules } from '../support/rules.ts'

export const flagName = 'v2_migration'

/** A route with a V2 behind the flag; only what a test is about is named by the test. */
export function route(changes: Partial<LinkedRoute> = {}): LinkedRoute {
  return {
    name: 'match',
    match: { path: '/api' },
    v1: { url: 'http://127.0.0.1:1', hostHeader: 'preserve' },
    v2: { url: 'http://127.0.0.1:2', hostHeader: 'preserve' },
    flag: flagName,
    policy: 'open',
    sticky: 'flag',
    stickyKey: ['user', 'cookie'],
    properties: {},
    decisionHeader: false,
    rules: plainRules,
    ...changes,
  }
}

export function rollout(percent: number, ...segments: string[]): FlagStrategy {
  return {
    name: 'flexibleRollout',
    parameters: { rollout: String(percent), stickiness: 'default', groupId: flagName },
    constraints:
      segments.length === 0 ? [] : [{ contextName: 'segment', operator: 'IN', values: segments }],
  }
}

export function flag(strategies: readonly FlagStrategy[], enabled = true): FlagConfig {
  return { name: flagName, enabled, strategies: strategies as FlagConfig['strategies'] }
}

export function share(percent: number): FlagSource {
  return createFileFlags({ flags: [flag([rollout(percent)])] })
}

export function caller(userId: string | null, properties: Caller['properties'] = {}): Caller {
  return { userId, address: '192.0.2.1', properties, claims: null }
}

export function request(
  headers: readonly string[] = [],
  scheme: 'http' | 'https' = 'http',
): { headers: readonly string[]; scheme: 'http' | 'https' } {
  return { headers, scheme }
}

/** Session ids of the gateway's form that differ from call to call and not from run to run. */
export function sessionIds(): () => string {
  let next = 0
  return () => `session-${String(next++).padStart(14, '0')}`
}
