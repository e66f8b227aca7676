import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { type Clock, systemClock } from '../../src/clock.ts'
import type { Variant } from '../../src/cohort/assignment.ts'
import type { Rules } from '../../src/config/rules.ts'
import { endConnection, refuse } from '../../src/ingress/refuse.ts'
import type { GatewayRequest } from '../../src/ingress/request.ts'
import { forward } from '../../src/upstream/forward.ts'
import type { Forward } from '../../src/upstream/forward-plan.ts'
import { createHttp1Client } from '../../src/upstream/http1/client.ts'
import type { OriginSet } from '../../src/upstream/origin.ts'
import { createOrigins } from '../../src/upstream/origins.ts'
import type { Ending, Outcome } from '../../src/upstream/outcome.ts'
import { createRetryBudget } from '../../src/upstream/retry-budget.ts'
import { createStalls } from '../../src/upstream/stalls.ts'
import { createTimeLimits } from '../../src/upstream/time-limits.ts'
import { plainRules } from '../support/rules.ts'
import { shiftedClock } from '../support/shifted-clock.ts'

export interface ForwarderOptions {
  readonly v1: string
  readonly v2: string
  readonly policy?: Partial<Rules>
  readonly plan?: Partial<Forward>
  /** For the limits of requests; those of connections follow the system's. */
  readonly clock?: Clock
}

/** Forwarding alone, between real sockets: every request is assigned to V2. Closed after the test. */
export async function startForwarder(t: TestContext, options: ForwarderOptions) {
  const { clock = systemClock } = options
  const awake = shiftedClock(clock)
  const endings: Ending[] = []
  const outcomes: Outcome[] = []
  const limits = createTimeLimits(awake)
  const stalls = createStalls(awake)
  const origins = createOrigins({
    ...{ clock: systemClock, awake: systemClock },
    random: () => 0,
    create: client => createHttp1Client({ ...client, clock: systemClock, awake: systemClock }),
    onEvent: () => {},
  })
  const next = origins.prepare({
    client: 'http1',
    maxConnections: 100,
    keepAliveTimeoutMs: 5000,
    maxHeaderBytes: 16_384,
  })
  const open = (url: string, isLastResort: boolean) =>
    next.setFor(
      { url, hostHeader: 'preserve' },
      { breaker: null, health: null, ejection: null, isLastResort, mapped: client => client },
    )
  const sets: Record<Variant, OriginSet> = {
    v1: await open(options.v1, true),
    v2: await open(options.v2, false),
  }
  next.commit(Promise.resolve())
  const retries = { v1: createRetryBudget(20), v2: createRetryBudget(20) }

  const server = createServer((raw: IncomingMessage, response: ServerResponse) => {
    const plan: Forward = {
      request: admitted(raw),
      response,
      assignment: { variant: 'v2', reason: 'in-share', setCookies: [] },
      origins: sets,
      policy: { ...plainRules, ...options.policy },
      retries,
      startedAt: clock.monotonic(),
      awakeAt: awake.monotonic(),
      latch: null,
      dress: null,
      testFault: null,
      trace: null,
      tap: null,
      requestTap: null,
      ...options.plan,
    }
    forward(plan, {
      ...{ clock, awake },
      stalls,
      limits,
      bodyTimeoutMs: 60_000,
      minBodyBytesPerSecond: 0,
      sendTimeoutMs: 60_000,
      refuse,
      endConnection,
      headersFor: (_plan, fallback) => (fallback === null ? [] : ['x-fallback', fallback]),
      listsFor: () => [],
      onOutcome: (_plan, outcome) => void outcomes.push(outcome),
      onDone: (_plan, ending) => void endings.push(ending),
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(async () => {
    server.closeAllConnections()
    server.close()
    await origins.close()
    limits.close()
    stalls.close()
  })
  const { port } = server.address() as AddressInfo
  return { port, endings, outcomes }
}

/** As much of admission as forwarding needs. */
function admitted(raw: IncomingMessage): GatewayRequest {
  const { method = '', url = '', headers } = raw
  const length = headers['content-length']
  return {
    raw,
    id: 'test',
    method,
    scheme: 'http',
    authority: headers.host ?? '',
    host: headers.host ?? '',
    path: url,
    query: '',
    address: '127.0.0.1',
    certificate: { ok: false, reason: 'certificate-missing' },
    upgrade: false,
    bodyLength: 'transfer-encoding' in headers ? -1 : Number(length ?? 0),
    expectsContinue: false,
    headers: [],
    trace: null,
    added: [],
  }
}
