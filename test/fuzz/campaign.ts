import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { connect } from 'node:net'
import type { TestContext } from 'node:test'
import { processWith, startGateway, type UpstreamClient } from '../support/gateway.ts'
import type { FuzzCase } from './fuzz-case.ts'
import { judge } from './judge.ts'
import { type ArrivedRequest, startStrictUpstream } from './strict-upstream.ts'

/** What came of a case; `faults` is empty where all was well. */
export interface Held {
  readonly faults: readonly string[]
  readonly received: string
  readonly arrived: readonly ArrivedRequest[]
}

/** A conversation that is over; `told` of its faults are known. */
interface Over {
  readonly address: string
  readonly seed: number
  readonly told: number
  readonly faultsSoFar: () => string[]
}

/** Longest that a gateway with these limits may leave a client without an end. */
const patienceMs = 10_000
/** Conversations after which nothing more of an earlier one can reach the upstream. */
const settled = 200

const issuer = 'https://idp.example.com'

/** The same key in every run, so that the same seed makes the same bytes: PKCS #8 around 32 sevens. */
const key = createPrivateKey({
  key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 7)]),
  format: 'der',
  type: 'pkcs8',
})

function makeToken(): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { iss: issuer, aud: 'api', sub: 'user-42', exp: 4_102_444_800 }
  const text = `${encode({ alg: 'EdDSA', kid: 'key-1' })}.${encode(claims)}`
  return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`
}

export const token = makeToken()

/** One of 127.1.0.0 to 127.128.255.255: all of them loopback on Linux. */
function addressOf(number: number): string {
  return `127.${1 + ((number >> 16) & 127)}.${(number >> 8) & 255}.${number & 255}`
}

function files(upstream: string, client: UpstreamClient): Record<string, string> {
  const route = (name: string, more = '') => ({
    [`routes/${name}.yaml`]: `match: { path: /${name} }\nv1: { url: "${upstream}" }\npolicy: ${name}\n${more}`,
  })
  const jwk = createPublicKey(key).export({ format: 'jwk' })
  return {
    ...route('r'),
    ...route('private'),
    ...route('limited'),
    ...route('pages'),
    'policies/r.yaml': 'auth: public\nmaxBodyBytes: 190\n',
    'policies/private.yaml': `auth: { issuer: "${issuer}", audience: api, jwksFile: jwks.json, algorithms: [EdDSA] }\n`,
    'policies/limited.yaml':
      'auth: public\nrateLimit: [{ key: route, limit: 60/m }]\ncontentTypes: [text/plain]\n',
    'policies/pages.yaml':
      'auth: public\ncors: { origins: ["https://shop.example.com"], methods: [PUT], headers: [content-type] }\nsecurityHeaders: { frameOptions: DENY }\n',
    'jwks.json': JSON.stringify({ keys: [{ ...jwk, kid: 'key-1', alg: 'EdDSA', use: 'sig' }] }),
    'switchback.yaml': processWith(
      client,
      'limits: { headersTimeoutMs: 300, bodyTimeoutMs: 300, keepAliveTimeoutMs: 1000, maxUrlBytes: 512 }\nlog: { access: false }\n',
    ),
  }
}

/**
 * A gateway with a route for each door before an upstream that reads by the letter. Each conversation
 * comes from a loopback address of its own: the gateway tells it to the upstream, which thereby knows
 * whose each request is, whatever has become of its text.
 */
export async function startCampaign(t: TestContext, client: UpstreamClient) {
  const arrivals = new Map<string, ArrivedRequest[]>()
  const strays: string[] = []
  const upstream = await startStrictUpstream(t, request => {
    const list = arrivals.get(request.address)
    if (list === undefined) strays.push(`a request of nobody: ${request.address}`)
    else list.push(request)
  })
  const gateway = await startGateway(t, files(upstream.url, client))
  let conversations = 0
  const over: Over[] = []
  /** How often each status was answered. */
  const statuses = new Map<number, number>()
  let heard = 0
  let logged = 0

  async function hold(fuzzCase: FuzzCase): Promise<Held> {
    const address = addressOf(++conversations)
    const arrived: ArrivedRequest[] = []
    arrivals.set(address, arrived)
    const { received, hung } = await converse(gateway.port, address, fuzzCase)
    const left = fuzzCase.leave !== 'stay' || hung
    const sent = fuzzCase.pieces.join('')
    const faultsSoFar = () =>
      judge({ sent, received, arrived, left, authorization: `Bearer ${token}` })
    const faults = faultsSoFar()
    over.push({ address, seed: fuzzCase.seed, told: faults.length, faultsSoFar })
    if (over.length > settled) faults.push(...settle(over.splice(0, 1)))
    if (hung) faults.push('neither answered nor closed')
    faults.push(...strays.splice(0), ...upstream.faults.slice(heard))
    heard = upstream.faults.length
    for (; logged < gateway.logLines.length; logged++) {
      const line = gateway.logLines[logged] as string
      if (JSON.parse(line).level >= 50) faults.push(`log: ${line}`)
    }
    for (const [, status] of received.matchAll(/(?:^|\r\n|})HTTP\/1\.1 (\d{3})/g)) {
      statuses.set(Number(status), (statuses.get(Number(status)) ?? 0) + 1)
    }
    return { faults, received, arrived }
  }

  /** Of a client that left, requests may arrive when its conversation is over. */
  function settle(conversations: Over[]): string[] {
    return conversations.flatMap(({ address, seed, told, faultsSoFar }) => {
      arrivals.delete(address)
      return faultsSoFar()
        .slice(told)
        .map(fault => `later, of seed ${seed}: ${fault}`)
    })
  }

  return {
    hold,
    /** Faults that came to light after the conversations were over. */
    end: () => settle(over.splice(0)),
    count: () => conversations,
    statuses,
  }
}

async function converse(port: number, localAddress: string, { pieces, leave }: FuzzCase) {
  const socket = connect({ port, host: '127.0.0.1', localAddress, noDelay: true })
  let received = ''
  let hung = false
  let sent = false
  const closed = new Promise(resolve => socket.on('close', resolve))
  const tunnelled = () => /(?:^|\r\n)HTTP\/1\.1 101 /.test(received)
  socket.on('error', () => {})
  socket.on('data', chunk => {
    received += chunk.toString('latin1')
    if (sent && tunnelled()) socket.end()
  })
  const patience = setTimeout(() => {
    hung = true
    socket.destroy()
  }, patienceMs)
  for (const piece of pieces) {
    socket.write(Buffer.from(piece, 'latin1'))
    await new Promise(resolve => setImmediate(resolve))
  }
  sent = true
  if (leave === 'end' || tunnelled()) socket.end()
  else if (leave === 'reset') socket.resetAndDestroy()
  await closed
  clearTimeout(patience)
  return { received, hung }
}
