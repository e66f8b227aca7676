import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import type { GatewayStatus } from '../../src/fleet/gateway-status.ts'
import type { ShadowStatus } from '../../src/shadow/account.ts'
import type { RouteDifferences } from '../../src/shadow/finding.ts'
import { flagFile, startGateway } from '../support/gateway.ts'
import { startUpstream, type TestUpstream } from '../support/http.ts'

const page = await readFile(join(import.meta.dirname, '../../docs/mapping.md'), 'utf8')

/** The example of docs/mapping.md, as it stands there. */
function example(name: string): string {
  const [, text] = new RegExp(`^\`\`\`\\w+ ${name}\\n([^]*?)^\`\`\`$`, 'm').exec(page) ?? []
  assert.ok(text !== undefined, `docs/mapping.md shows ${name}`)
  return text
}

const offer = JSON.parse(example('v1-offer'))
const job = JSON.parse(example('v2-job'))

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

type Answer = readonly [status: number, body: unknown, headers?: Record<string, string>]
type Service = (method: string, url: URL, body: string) => Answer

/** A service that answers JSON. */
function start(t: TestContext, name: string, service: Service): Promise<TestUpstream> {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '', headers } = request
    const [status, body, more] = service(
      method,
      new URL(url, 'http://service'),
      await bodyOf(request),
    )
    response.writeHead(status, {
      'content-type': 'application/json',
      'x-source': String(headers['x-job-source'] ?? headers['x-offer-source']),
      ...more,
    })
    response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body))
  }
  return startUpstream(t, name, (request, response) => void answer(request, response))
}

const v1: Service = (method, { pathname, searchParams }, body) => {
  if (method === 'POST')
    return [201, { ...JSON.parse(body), id: 18 }, { location: '/api/offers/18' }]
  if (pathname === '/api/offers/17') return [200, offer]
  if (pathname !== '/api/offers') return [404, { error: 'not-found' }]
  const offers = Number(searchParams.get('maxPrice')) >= offer.price.amount ? [offer] : []
  return [200, { offers, total: offers.length }]
}

const v2: Service = (method, { pathname, searchParams }, body) => {
  if (method === 'POST') return [201, { ...JSON.parse(body), jobId: 18 }, { location: '/jobs/18' }]
  if (pathname === '/jobs/17') return [200, job]
  if (pathname !== '/jobs') return [404, { status: 404, detail: 'not-found' }]
  const jobs = Number(searchParams.get('maxSalary')) >= job.salary ? [job] : []
  return [200, { jobs, count: jobs.length }]
}

/** The example's gateway before these services; whoever says so goes to V2. */
async function gatewayFor(
  t: TestContext,
  services: { v1?: Service; v2: Service },
  policy = '',
  route = example('routes/offers.yaml'),
) {
  const first = await start(t, 'v1', services.v1 ?? v1)
  const second = await start(t, 'v2', services.v2)
  const gateway = await startGateway(t, {
    'routes/offers.yaml': `${route
      .replace('http://127.0.0.1:5062', first.url)
      .replace('http://127.0.0.1:5070', second.url)}user: { header: x-user-id }
force: { users: [tester] }
`,
    'policies/careful.yaml': `auth: public\n${policy}`,
    'flags/v2_migration.json': flagFile('v2_migration', 0),
  })
  async function ask(variant: 'v1' | 'v2', path: string, init: RequestInit = {}) {
    const headers = {
      'x-user-id': 'tester',
      'x-switchback-force': variant,
      'x-offer-source': 'app',
      ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
    }
    const answer = await fetch(gateway.url + path, { ...init, headers })
    const { status } = answer
    const said = (name: string) => answer.headers.get(name)
    return {
      status,
      location: said('location'),
      source: said('x-source'),
      type: said('content-type'),
      length: Number(said('content-length')),
      body: JSON.parse(await answer.text()),
    }
  }
  return { gateway, ask, v1: first, v2: second }
}

const post = { method: 'POST', body: JSON.stringify({ ...offer, id: undefined }) }

const requests: Readonly<Record<string, readonly [path: string, init?: RequestInit]>> = {
  'one offer': ['/api/offers/17'],
  'a list of one': ['/api/offers?maxPrice=3000&page=%201'],
  'an empty list': ['/api/offers?maxPrice=3'],
  'an offer that is not there': ['/api/offers/99'],
  'a new offer': ['/api/offers', post],
}

describe('the V2 of docs/mapping.md answers as V1 does', () => {
  for (const [name, [path, init]] of Object.entries(requests)) {
    test(name, async t => {
      const { ask, v2: second } = await gatewayFor(t, { v2 })
      const expected = await ask('v1', path, init)
      const { length, ...found } = await ask('v2', path, init)
      assert.equal(second.count(), 1)
      const { length: _, ...same } = expected
      assert.deepEqual(found, same)
      assert.equal(length, Buffer.byteLength(JSON.stringify(found.body)))
    })
  }
})

describe('a copy', () => {
  const shadow = 'shadow: { methods: [GET, POST], noise: 0% }\n'

  /** What became of the copies, once one is over. */
  async function copies({ adminUrl }: { adminUrl: string }): Promise<ShadowStatus['shadow']> {
    for (;;) {
      const { workers } = (await (await fetch(`${adminUrl}/status`)).json()) as GatewayStatus
      const { shadow } = workers[0]?.routes[0]?.shadow ?? assert.fail('nothing is copied')
      const { sent, failed, dropped } = shadow
      const ends = [sent, ...Object.values(failed), ...Object.values(dropped)]
      if (ends.some(count => count > 0)) return shadow
    }
  }

  /** What is known once all of the requests were copied and compared. */
  async function compared(t: TestContext, service: Service): Promise<RouteDifferences> {
    const headers = 'shadow: { methods: [GET, POST], headers: [content-type, location] }\n'
    const { ask, gateway } = await gatewayFor(t, { v2: service }, headers)
    for (const [path, init] of Object.values(requests)) await ask('v1', path, init)
    for (;;) {
      const answer = await fetch(`${gateway.adminUrl}/differences/offers?all=true`)
      const found = (await answer.json()) as RouteDifferences
      if (found.compared === Object.keys(requests).length) return found
    }
  }

  test('of each of them compares equal', async t => {
    const { findings, notCompared } = await compared(t, v2)
    assert.deepEqual(findings, [])
    assert.deepEqual(notCompared, {})
  })

  test('with another salary differs in the price', async t => {
    const dearer: Service = (...asked) => {
      const [status, body, headers = {}] = v2(...asked)
      return [status, JSON.parse(JSON.stringify(body).replaceAll('2400', '2401')), headers]
    }
    const { findings } = await compared(t, dearer)
    assert.deepEqual(findings.map(({ at, kind, pairs }) => [at, kind, pairs]).sort(), [
      ['/offers/*/price/amount', 'value', 1],
      ['/price/amount', 'value', 2],
    ])
  })

  test('of what V1 answered goes to V2 in its language', async t => {
    const asked: string[] = []
    const { ask, gateway } = await gatewayFor(
      t,
      {
        v2(method, url, body) {
          asked.push(`${method} ${url.pathname} ${body}`)
          return v2(method, url, body)
        },
      },
      shadow,
    )
    assert.equal((await ask('v1', '/api/offers', post)).status, 201)
    assert.deepEqual(await copies(gateway), { eligible: 1, sent: 1, dropped: {}, failed: {} })
    assert.deepEqual(asked, ['POST /jobs {"name":"Welder","salary":2400,"unit":"eur"}'])
  })

  test('whose answer cannot be mapped has failed, by that name, and is told apart', async t => {
    const { ask, gateway } = await gatewayFor(t, { v2: () => [200, '{"jobs":'] }, shadow)
    assert.equal((await ask('v1', '/api/offers/17')).status, 200)
    assert.deepEqual((await copies(gateway)).failed, { 'mapping-failed': 1 })
    const failures =
      'switchback_mapping_failures_total{route="offers",variant="v2",traffic="shadow",reason="not-json"}'
    assert.equal(await gateway.metric(failures), 1)
  })
})

test('an answer in gzip, though nobody asked for it, is mapped', async t => {
  const packed: Service = () => [200, gzipSync(JSON.stringify(job)), { 'content-encoding': 'gzip' }]
  const { ask } = await gatewayFor(t, { v2: packed })
  assert.deepEqual((await ask('v2', '/api/offers/17')).body, offer)
})

describe('a mapping that fails', () => {
  const broken: Service = () => [200, '{"jobs":']
  const budget = 'budgets: [{ signal: errors, max: 1%, certainty: 1000 }]\n'

  test('is answered by V1, and counts against V2 until it is switched back', async t => {
    const { ask, gateway } = await gatewayFor(t, { v2: broken }, `fallback: {}\n${budget}`)
    const { status, body } = await ask('v2', '/api/offers/17')
    assert.deepEqual([status, body], [200, offer])
    const faults =
      'switchback_upstream_faults_total{route="offers",variant="v2",fault="mapping-failed"}'
    assert.equal(await gateway.metric(faults), 1)
    const reasons =
      'switchback_mapping_failures_total{route="offers",variant="v2",traffic="live",reason="not-json"}'
    assert.equal(await gateway.metric(reasons), 1)
    for (let i = 0; i < 50; i++) await ask('v2', '/api/offers/17')
    assert.equal(await gateway.metric('switchback_latch_tripped{flag="v2_migration"}'), 1)
    const told = gateway.logLines.filter(line => line.includes('could not be mapped'))
    assert.equal(told.length, 1)
  })

  test('without a fallback is a 502 that says nothing of either service', async t => {
    const { ask } = await gatewayFor(t, { v2: broken })
    const { status, body } = await ask('v2', '/api/offers/17')
    assert.deepEqual([status, body.code], [502, 'upstream-mapping'])
  })

  test('is not held against the origin, which may serve other routes', async t => {
    const breaker = 'breaker: { errorRate: 50%, minRequests: 5 }\n'
    const { ask } = await gatewayFor(t, { v2: broken }, breaker)
    for (let i = 0; i < 20; i++) {
      assert.equal((await ask('v2', '/api/offers/17')).body.code, 'upstream-mapping')
    }
  })

  test('on what a client sent goes to V1, whatever the method, and counts against nobody', async t => {
    const { ask, gateway, v2: second } = await gatewayFor(t, { v2 }, `fallback: {}\n${budget}`)
    const big = { method: 'POST', body: `{"title":"${'x'.repeat(1_048_576)}"}` }
    for (let i = 0; i < 30; i++) assert.equal((await ask('v2', '/api/offers', big)).status, 201)
    assert.equal(second.count(), 0)
    assert.equal(await gateway.metric('switchback_latch_tripped{flag="v2_migration"}'), 0)
    const faults =
      'switchback_upstream_faults_total{route="offers",variant="v2",fault="unmappable"}'
    assert.equal(await gateway.metric(faults), 30)
  })

  test('on what a client sent is a 400 where V1 does not answer for V2', async t => {
    const { ask } = await gatewayFor(t, { v2 })
    const { status, body } = await ask('v2', '/api/offers', { method: 'POST', body: '{"a":' })
    assert.deepEqual([status, body.code], [400, 'body-unmappable'])
  })
})

test('other traffic flows while an expression loops, and the next body is mapped', async t => {
  const before = example('routes/offers.yaml').split('  mapping:')[0]
  const route = `${before}  mapping:
    paths: [{ from: /api/offers, to: /jobs }]
    response: { body: '$path = "/api/offers/17" ? ($f := function() { $f() }; $f()) : $' }
    timeoutMs: 400
flag: v2_migration
policy: careful
`
  const { ask } = await gatewayFor(t, { v2 }, '', route)
  let answered = false
  const looping = ask('v2', '/api/offers/17').finally(() => {
    answered = true
  })
  let beside = 0
  while (!answered) {
    assert.equal((await ask('v1', '/api/offers/17')).status, 200)
    beside++
  }
  assert.equal((await looping).body.code, 'upstream-mapping')
  assert.ok(beside > 5, `${beside} requests beside it`)
  assert.equal((await ask('v2', '/api/offers')).status, 200)
})
