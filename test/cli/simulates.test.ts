import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { type SimulateOptions, simulate } from '../../src/cli/simulate/simulate.ts'
import type { Simulation } from '../../src/cohort/simulation.ts'
import { answering } from '../cohort/unleash-parts.ts'
import { configDir, flagFile, oneRoute } from '../support/gateway.ts'
import { runProgram } from './run-program.ts'

const upstreams = { v1: 'http://127.0.0.1:1', v2: 'http://127.0.0.1:2' }
const files = oneRoute({ ...upstreams, percent: 10 })
const users = Array.from({ length: 100 }, (_, i) => `user-${i}`).join('\n')

async function run(
  t: TestContext,
  options: Partial<SimulateOptions> & { readonly list?: string | Buffer },
  changed: Readonly<Record<string, string>> = {},
) {
  const { list = users, ...more } = options
  const out: string[] = []
  const error: string[] = []
  const code = await simulate({
    dir: await configDir(t, { ...files, ...changed }),
    env: {},
    flag: 'v2',
    percent: 25,
    input: Readable.from([Buffer.from(list)]),
    json: false,
    out: line => out.push(line),
    error: line => error.push(line),
    ...more,
  })
  return { code, out, error }
}

test('it says how many get V2 now and then, why, and who moves', async t => {
  const { code, out } = await run(t, { percent: 40 })
  assert.equal(code, 0)
  assert.deepEqual(out.slice(0, 11), [
    'flag      v2, from flags/',
    'route     main',
    'strategy  1: 10 % of everyone → 40 %',
    'callers   100',
    'on V2     7 → 28 (7.0 % → 28.0 %)',
    '',
    '  now  then',
    '  93   72    out-of-share  no strategy of the flag matches',
    '  7    28    in-share      a strategy of the flag matches',
    '',
    '21 move to V2',
  ])
  assert.equal(out.length, 11 + 20 + 2)
  assert.deepEqual(out.slice(-2), ['  and 1 more, see --json', 'nobody moves to V1'])
})

test('everybody stands in the JSON, in the order of the list', async t => {
  const { out } = await run(t, { json: true, list: `b\n\n {"user":"a"} \nb\n` })
  const { who, callers, repeated, percent } = JSON.parse(out.join('\n')) as Simulation
  assert.deepEqual(
    who.map(({ user }) => user),
    ['b', 'a'],
  )
  assert.deepEqual([callers, repeated, percent], [2, 1, { before: 10, after: 25 }])
})

test('a caller without a user id is known by the session', async t => {
  const session = 'session-00000000000000'
  const { code, out } = await run(t, { json: true, list: JSON.stringify({ session }) })
  assert.equal(code, 0)
  assert.equal((JSON.parse(out.join('\n')) as Simulation).who[0]?.session, session)
})

test('what nothing can be hashed from is refused: each caller without a cookie gets another one', async t => {
  const { code, error } = await run(t, { list: `{"address":"192.0.2.1"}\nuser-1` })
  assert.equal(code, 2)
  assert.deepEqual(error, [
    'Cannot simulate: standard input:1 session must be given, since route main knows this caller by the cookie sb_sid.',
  ])
  const byAddress = oneRoute({ ...upstreams, route: 'stickyKey: [address]\n' })
  const { error: told } = await run(t, {}, byAddress)
  assert.match(told[0] ?? '', /:1 address must be given, since route main knows .* by the address/)
})

test('more mistakes than anybody reads are counted', async t => {
  const { code, error } = await run(t, { list: '{\n'.repeat(50) })
  assert.equal(code, 2)
  assert.equal(error.length, 21)
  assert.equal(error.at(-1), 'Cannot simulate: 30 more like these.')
})

const questions: readonly (readonly [string, Partial<SimulateOptions>, RegExp])[] = [
  ['neither flag nor route', { flag: undefined }, /a flag or --route must be given/],
  [
    'a flag that no route names',
    { flag: 'v3' },
    /flag must be one that a route names \(v2\), .*"v3"/,
  ],
  ['a route that is not there', { route: 'mian' }, /route must be one of main, received "mian"/],
  [
    'the flag of another route',
    { flag: 'v3', route: 'main' },
    /flag must be .* which is v2, .*"v3"/,
  ],
  [
    'a strategy that is not there',
    { strategy: 2 },
    /strategy must be .*: 1 \(10 % of everyone\), received 2/,
  ],
  [
    'a file that is not there',
    { users: '/nowhere/users' },
    /--users must be .*\/nowhere\/users \(ENOENT\)/,
  ],
]
for (const [name, options, message] of questions) {
  test(`${name} makes no sense`, async t => {
    const { code, out, error } = await run(t, options)
    assert.deepEqual([code, out], [2, []])
    assert.match(error.join('\n'), message)
  })
}

test('a route is to be named where several share the flag', async t => {
  const twin = files['routes/main.yaml']?.replace('path: /', 'path: /twin') as string
  const { code, error } = await run(t, {}, { 'routes/twin.yaml': twin })
  assert.equal(code, 2)
  assert.match(error[0] ?? '', /--route must be given, one of those that share flag v2: main, twin/)
  const { code: named } = await run(t, { route: 'twin' }, { 'routes/twin.yaml': twin })
  assert.equal(named, 0)
})

test('the strategy that the rollout of the policy moves is taken where there are several', async t => {
  const flag = JSON.parse(flagFile('v2', 10))
  const [first] = flag.strategies
  flag.strategies = [
    first,
    { ...first, title: 'partners', parameters: { ...first.parameters, rollout: '40' } },
  ]
  const changed = { 'flags/v2.json': JSON.stringify(flag) }
  const { code, error } = await run(t, {}, changed)
  assert.equal(code, 2)
  assert.match(error[0] ?? '', /: 1 \(10 % of everyone\), 2 \(40 % of everyone\), received nothing/)
  const rollout =
    'budgets: [{ signal: errors, max: 1% }]\nrollout: { strategy: partners, stages: [{ percent: 50 }] }\n'
  const { out } = await run(t, {}, { ...changed, 'policies/open.yaml': `auth: public\n${rollout}` })
  assert.equal(out[2], 'strategy  2: 40 % of everyone → 25 %')
})

test('the segments that Unleash keeps apart hold as they do for the gateway', async t => {
  const flag = JSON.parse(flagFile('v2', 10))
  flag.strategies[0].segments = [7]
  const segment = {
    id: 7,
    constraints: [{ contextName: 'tenant', operator: 'IN', values: ['acme'] }],
  }
  const url = await answering(t, (_, response) => {
    response.end(JSON.stringify({ features: [flag], segments: [segment] }))
  })
  const changed = {
    ...oneRoute({ ...upstreams, route: 'properties: { tenant: { header: x-tenant } }\n' }),
    'switchback.yaml': `unleash: { url: ${url}, token: "*:development.x" }\n`,
  }
  const list = ['acme', 'other'].map(tenant =>
    JSON.stringify({ user: 'ada', properties: { tenant } }),
  )
  const { out } = await run(t, { json: true, percent: 100, list: list.join('\n') }, changed)
  const { who, flagSource } = JSON.parse(out.join('\n')) as Simulation
  assert.equal(flagSource.from, 'server')
  assert.deepEqual(
    who.map(({ after }) => after.variant),
    ['v2', 'v1'],
  )
})

test('where each request draws anew, nobody can say who moves', async t => {
  const flag = JSON.parse(flagFile('v2', 10))
  flag.strategies.push({
    name: 'flexibleRollout',
    parameters: { rollout: '1', stickiness: 'random' },
  })
  const url = await answering(t, (_, response) => {
    response.end(JSON.stringify({ features: [flag] }))
  })
  const unleash = `unleash: { url: ${url}, token: "*:development.x" }\n`
  const { code, error } = await run(t, { strategy: 1 }, { 'switchback.yaml': unleash })
  assert.equal(code, 2)
  assert.match(error[0] ?? '', /nobody can say who moves, received strategy 2/)
})

test('a flag that cannot be had is no answer', async t => {
  const url = await answering(t, (_, response) => {
    response.writeHead(503).end()
  })
  const { code, out, error } = await run(
    t,
    {},
    {
      'switchback.yaml': `unleash: { url: ${url}, token: "*:development.x" }\n`,
    },
  )
  assert.deepEqual([code, out], [1, []])
  assert.match(
    error[0] ?? '',
    /flag must be one that is known, received "v2"; flags: not known, since Unleash did not answer/,
  )
})

test('faults in the configuration come first', async t => {
  const { code, error } = await run(t, {}, { 'policies/open.yaml': 'auth: pubic\n' })
  assert.equal(code, 1)
  assert.match(error[0] ?? '', /^policies\/open\.yaml:1:\d+ auth must be/)
})

test('the list may be a file, on the command line', async t => {
  const dir = await configDir(t, files)
  const list = join(dir, 'users.txt')
  await writeFile(list, users)
  const { code, out } = await runProgram(
    {},
    'simulate',
    'v2',
    '--percent',
    '25',
    '--users',
    list,
    '-c',
    dir,
  )
  assert.equal(code, 0)
  assert.match(out, /^on V2 {5}7 → 16 /m)
  for (const percent of ['101', '-1', '2.5', 'all']) {
    const { code, error } = await runProgram({}, 'simulate', 'v2', '--percent', percent)
    assert.equal(code, 2)
    assert.match(error, /whole number up to 100/)
  }
})
