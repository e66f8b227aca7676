import type { TestContext } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import type { OriginClient } from '../../src/upstream/client.ts'
import { dialTarget, type OriginTls } from '../../src/upstream/dial-target.ts'
import type { OriginClientOptions } from '../../src/upstream/http1/client.ts'
import { shiftedClock } from '../support/shifted-clock.ts'
import { answersContract } from './contract-answers.ts'
import { bodiesContract } from './contract-bodies.ts'
import { endingsContract } from './contract-endings.ts'
import { requestsContract } from './contract-requests.ts'
import { reuseContract } from './contract-reuse.ts'
import { tlsContract } from './contract-tls.ts'
import { type RawUpstream, type RawUpstreamOptions, startRawUpstream } from './raw-upstream.ts'

/** What is known to differ between the two clients; each is asserted as it is, none is skipped. */
export interface Character {
  readonly create: (options: OriginClientOptions) => OriginClient
  /** Malformed answers that are passed on all the same, by their name in the table of answers. */
  readonly accepts: readonly string[]
  /** Malformed answers that are told as `reset`, by name. */
  readonly resets: readonly string[]
  /** Whether a Content-Length among the trailers is a fault; otherwise it is dropped like any trailer. */
  readonly refusesFramingTrailers: boolean
  /** Whether a 100 interim answer is passed on; otherwise it is a `protocol` fault. */
  readonly passes100: boolean
  /** Whether a RST ends a body without a length like a FIN does. */
  readonly resetEndsUnframed: boolean
  /** Stalls after which the request is found on the old connection, by name. */
  readonly poisonedBy: readonly string[]
  /** Whether idle time is measured by the given clock. */
  readonly ownsIdleTime: boolean
  /** Whether a connection is kept after the answer to a HEAD. */
  readonly keepsAfterHead: boolean
  /** Whether a connection is kept after a GET that carried a body. */
  readonly keepsAfterGetWithBody: boolean
}

export interface Stage {
  readonly upstream: RawUpstream
  readonly client: OriginClient
}

export interface StageOptions extends Partial<OriginClientOptions> {
  /** Default that of the upstream. */
  readonly origin?: string
  readonly tls?: OriginTls
}

/** Starts an upstream and a client for it, both closed with the test. */
export async function stage(
  t: TestContext,
  character: Character,
  upstreamOptions: RawUpstreamOptions = {},
  { origin, tls, clock = systemClock, ...clientOptions }: StageOptions = {},
): Promise<Stage> {
  const upstream = await startRawUpstream(upstreamOptions)
  const client = character.create({
    target: dialTarget(origin ?? upstream.origin, tls),
    // One, so that a request that could use the connection again has to.
    maxConnections: 1,
    keepAliveTimeoutMs: 60_000,
    maxHeaderBytes: 16_384,
    ...{ clock, awake: shiftedClock(clock) },
    ...clientOptions,
  })
  t.after(async () => {
    await upstream.close()
    await client.close()
  })
  return { upstream, client }
}

/** The promises of src/upstream/client.ts, over real sockets; run for every implementation. */
export function contract(character: Character): void {
  answersContract(character)
  requestsContract(character)
  bodiesContract(character)
  reuseContract(character)
  endingsContract(character)
  tlsContract(character)
}
