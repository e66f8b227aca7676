import type { Rules } from '../../src/config/rules.ts'

/** The rules of a policy that asks for nothing: `auth: public` and the defaults, for tests of one room. */
export const plainRules: Rules = {
  auth: 'public',
  rateLimit: [],
  maxBodyBytes: 0,
  maxInFlight: 0,
  maxWebSockets: 0,
  priority: 'normal',
  timeouts: { connectMs: 2000, headersMs: 30_000, bodyMs: 60_000, deadlineMs: 30_000 },
  websocket: { idleTimeoutMs: 0, closeTimeoutMs: 3000 },
  retry: { attempts: 1, budgetPercent: 20 },
  breaker: null,
  budgets: [],
  experiments: [],
  shadow: null,
  rollout: null,
  switchBack: { drainMs: 30_000, jitterMs: 5000, resumeAfterMs: null },
  testers: [],
  testFaults: null,
}
