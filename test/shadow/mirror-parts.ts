import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { createRandom } from '../../src/cli/demo/random.ts'
import { systemClock } from '../../src/clock.ts'
import type { Variant } from '../../src/cohort/assignment.ts'
import type { ShadowRule } from '../../src/config/shadow-rule.ts'
import type { GatewayRequest } from '../../src/ingress/request.ts'
import { Account } from '../../src/shadow/account.ts'
import { Blocks } from '../../src/shadow/blocks.ts'
import type { Comparer } from '../../src/shadow/comparer.ts'
import { createCopyQueue } from '../../src/shadow/copy-queue.ts'
import { Headroom } from '../../src/shadow/headroom.ts'
import { Ledger } from '../../src/shadow/limits.ts'
import type { KeptBody, Pair } from '../../src/shadow/pair.ts'
import { createPieceTurns, type PieceTurns } from '../../src/shadow/piece-turns.ts'
import { RouteMirror } from '../../src/shadow/route-mirror.ts'
import { Share } from '../../src/shadow/share.ts'
import { dialTarget } from '../../src/upstream/dial-target.ts'
import type { TappedHead } from '../../src/upstream/forward-plan.ts'
import { createHttp1Client } from '../../src/upstream/http1/client.ts'
import { PlainOrigins } from '../../src/upstream/plain-origins.ts'
import { createTimeLimits } from '../../src/upstream/time-limits.ts'
import { startScriptedUpstream } from '../support/conversation.ts'
import { rule } from './pairs.ts'

/** Pairs as they are handed over, and the word that each is done with. */
interface Handed {
  readonly pair: Pair<KeptBody>
  readonly done: () => void
}

/** The mirror of one route between scripted variants; the test is the client, the forwarding and the comparer. */
export async function startMirror(t: TestContext, changes: Partial<ShadowRule> = {}) {
  const rules = rule({ methods: ['GET', 'HEAD', 'POST'], noise: 0, ...changes })
  const variants = { v1: await startScriptedUpstream(t), v2: await startScriptedUpstream(t) }
  const clients = [variants.v1, variants.v2].map(({ url }) =>
    createHttp1Client({
      target: dialTarget(url),
      maxConnections: 10,
      keepAliveTimeoutMs: 5000,
      maxHeaderBytes: 16_384,
      ...{ clock: systemClock, awake: systemClock },
    }),
  )
  const [v1, v2] = clients.map(client => new PlainOrigins([{ client, host: null }]))
  const timeLimits = createTimeLimits(systemClock)
  const account = new Account()
  const limits = {
    slots: new Ledger(rules.maxInFlight),
    bytes: new Ledger(rules.maxBytesInFlight),
    blocks: new Blocks(),
    headroom: new Headroom(rules.maxLoad, Math.random),
  }
  const inTurns = createPieceTurns()
  let turns = 0
  const pieceTurns: PieceTurns = {
    add(movesOn) {
      turns++
      inTurns.add(movesOn)
    },
  }
  const handed: Handed[] = []
  const comparer: Pick<Comparer, 'compare'> = {
    compare: (pair, done) => void handed.push({ pair, done }),
  }
  const mirror = new RouteMirror({
    route: 'offers',
    matchPath: '/',
    basis: 'b1',
    rule: rules,
    connectTimeoutMs: 2000,
    latch: null,
    origins: { v1: v1 as PlainOrigins, v2: v2 as PlainOrigins },
    asLive: { v1: null, v2: null },
    shadowShare: new Share(rules.share, createRandom(1)),
    noiseShare: new Share(rules.noise, createRandom(2)),
    limits,
    account,
    clock: systemClock,
    timeLimits,
    queue: createCopyQueue(assert.ifError),
    pieceTurns,
    isOverloaded: () => false,
    traceCopy: () => assert.fail('no request is in a trace'),
    comparer: comparer as Comparer,
  })
  t.after(async () => {
    mirror.stop()
    for (const { done } of handed.splice(0)) done()
    timeLimits.close()
    await Promise.all(clients.map(client => client.close()))
  })

  return {
    mirror,
    account,
    limits,
    variants,
    handed,
    /** How often a long body waited for its turn. */
    turns: () => turns,
    /** The next pair; it was handed over, or will be. */
    async pair(): Promise<Handed> {
      while (handed.length === 0) await new Promise(setImmediate)
      return handed.shift() as Handed
    },
    /** A request of a client that `variant` is to answer. */
    mirrored(method = 'GET', variant: Variant = 'v1', bodyLength = 0) {
      const request: Partial<GatewayRequest> = {
        ...{ id: 'r1', method, path: '/offers', query: '', authority: 'api', bodyLength },
        ...{ headers: [], added: [], trace: null },
      }
      const mirrored = mirror.mirror(request as GatewayRequest, variant)
      if (mirrored === null) throw new Error('it is not copied')
      return mirrored
    },
  }
}

export function headOf(variant: Variant, changes: Partial<TappedHead> = {}): TappedHead {
  return { variant, status: 200, headers: ['a', variant], headMs: 7, fallback: null, ...changes }
}

/** A whole answer of that body. */
export function answerOf(body: string): string {
  return `HTTP/1.1 200 OK\r\na: copy\r\ncontent-length: ${body.length}\r\n\r\n${body}`
}
