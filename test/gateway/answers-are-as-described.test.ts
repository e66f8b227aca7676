import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { pause, systemClock } from '../../src/clock.ts'
import type { RouteDifferences } from '../../src/shadow/finding.ts'
import { type ApiDocument, createJudge, operationsOf } from '../admin/described-api.ts'
import { testProcess } from '../support/gateway.ts'
import { createClient } from '../support/http.ts'
import { startWithBadV2 } from './bad-v2.ts'
import { type Answerer, startShadowed } from './shadowed.ts'

const policy = `
budgets:
  - { signal: mismatch, max: 0.5%, dryRun: true }
  - { signal: errors, max: 5%, dryRun: true }
  - { signal: latency, p95: 1.5x v1, dryRun: true }
  - { signal: pushed, name: satisfaction, min: 0.9, max: 5% }
rollout: { approve: one-person, stages: [{ percent: 50, hold: 1h, minRequests: 100 }, { percent: 100 }] }
experiments: [{ name: revenue, of: sum, from: pushed }]
maxInFlight: 100
`

const answering =
  (body: object): Answerer =>
  (_request, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))

/** A gateway that has something to tell on every page: V2 serves half, is copied to, and differs. */
async function start(t: TestContext) {
  const gateway = await startShadowed(t, {
    ...{ shadow: '{ noise: 50% }', policy, percent: 50 },
    process: `${testProcess}cookieSecret: ${'s'.repeat(32)}\n`,
    v1: answering({ from: 'v1' }),
    v2: answering({ from: 'other' }),
  })
  const client = createClient(t)
  for (let user = 0; user < 40; user++) {
    await client(`${gateway.url}/`, { 'x-user-id': String(user) })
  }
  const { shadow } = await gateway.settled()
  for (;;) {
    const answer = await fetch(`${gateway.adminUrl}/differences/main`)
    const { compared } = (await answer.json()) as RouteDifferences
    if (compared === shadow.sent) break
    await pause(systemClock, 20)
  }
  return gateway
}

const who = { who: 'ada', note: 'by a test' }
const difference = { part: 'body', at: '/from', kind: 'value', who: 'ada', why: 'meant' }

/** What is asked of each page that changes something, in an order in which each is done. */
const changes: readonly (readonly [page: string, body: object])[] = [
  ['POST /rollouts/{flag}/pause', who],
  ['POST /rollouts/{flag}/continue', who],
  ['POST /rollouts/{flag}/promote', who],
  ['POST /latches/{flag}/drill', who],
  ['POST /latches/{flag}/drill/end', who],
  ['POST /latches/{flag}/rollback', who],
  ['POST /latches/{flag}/resume', who],
  ['POST /differences/{route}/acknowledge', difference],
  ['POST /differences/{route}/count-again', difference],
  ['POST /differences/{route}/acknowledge', difference],
  ['POST /explain', { route: 'main', user: '7' }],
  ['POST /simulate', { flag: 'v2', percent: 75, callers: [{ user: '7', properties: {} }] }],
  ['POST /signals', { name: 'satisfaction', flag: 'v2', variant: 'v2', values: [1, 0.5] }],
  ['POST /experiments/{name}/values', { values: [{ user: '7', value: 1 }] }],
  ['POST /experiments/{name}/restart', who],
  ['POST /revocations', { sub: 'eve', who: 'ada', why: 'left' }],
  ['POST /logout', {}],
]
const last = ['POST /differences/{route}/forget', { who: 'ada', why: 'mended' }] as const

function queryOf(path: string): string {
  // What was acknowledged as well.
  if (path.startsWith('/differences')) return '?all=true'
  return path === '/series' ? '?flag=v2' : ''
}

/** It has no end to wait for. */
const endless = 'GET /events'
/** Nobody is asked who they are. */
const login = ['GET /login/callback', 'GET /login/oidc', 'POST /login']

test('every page of a running gateway answers as it is described, and with nothing else', async t => {
  const gateway = await start(t)
  const answer = await fetch(`${gateway.adminUrl}/openapi.json`)
  const document = (await answer.json()) as ApiDocument
  const judge = createJudge(document)
  const asked = new Set<string>()

  async function ask(page: string, body: object | null): Promise<void> {
    const [method = '', path = ''] = page.split(' ')
    const query = method === 'GET' ? queryOf(path) : ''
    const at = `${path.replace('{flag}', 'v2').replace('{route}', 'main').replace('{name}', 'revenue').replace('/login/{path}', '/login/login.css').replace('{path}', 'overview')}${query}`
    const json = { 'content-type': 'application/json' }
    const sent = body === null ? {} : { headers: json, body: JSON.stringify(body) }
    const found = await fetch(`${gateway.adminUrl}${at}`, { method, ...sent })
    const text = await found.text()
    assert.equal(found.status, 200, `${page}: ${text}`)
    const [type = ''] = (found.headers.get('content-type') ?? '').split(';')
    const told = type === 'application/json' ? JSON.parse(text) : text
    assert.equal(judge(page, found.status, type, told), null, `${page}: ${text}`)
    asked.add(page)
    if (page === 'GET /differences') assert.match(text, /"samples":\[\{/)
  }

  const reading = [...operationsOf(document).keys()].filter(
    page => page.startsWith('GET') && page !== endless && !login.includes(page),
  )
  for (const page of reading) await ask(page, null)
  for (const [page, body] of changes) await ask(page, body)
  // Again, with what the changes left behind.
  for (const page of reading) await ask(page, null)
  await ask(...last)
  const left = [...operationsOf(document).keys()].filter(page => !asked.has(page))
  assert.deepEqual(left.sort(), [endless, ...login].sort())
})

test('so do those of a gateway that switched back by itself', async t => {
  const { start: startBad, fail } = await startWithBadV2(t)
  const gateway = await startBad()
  fail()
  for (let i = 0; i < 15; i++) await gateway.get()
  const at = async (path: string) => (await fetch(`${gateway.adminUrl}${path}`)).json()
  const judge = createJudge((await at('/openapi.json')) as ApiDocument)
  for (const path of ['/latches', '/status', '/audit', '/gates', '/verdicts']) {
    const told = await at(path)
    assert.equal(judge(`GET ${path}`, 200, 'application/json', told), null, path)
    if (path === '/latches') assert.match(JSON.stringify(told), /"seenBy":"worker"/)
  }
})
