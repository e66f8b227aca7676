import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Plan } from '../../src/cli/plan/planned.ts'
import { config, createIssuer } from '../identity/issuer.ts'
import { configDir, flagFile, oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { createClient, startUpstream } from '../support/http.ts'
import { runProgram } from './run-program.ts'

const issuer = await createIssuer('ES256', 'key-1')

/** A gateway that decided about 40 users, one of whom is refused, and where its decisions are kept. */
async function served(t: TestContext) {
  const v1 = await startUpstream(t, 'v1')
  const v2 = await startUpstream(t, 'v2')
  const files = {
    ...oneRoute({ v1: v1.url, v2: v2.url, path: '/in', percent: 50 }),
    'keys.json': JSON.stringify(issuer.jwks),
  }
  const gateway = await startGateway(t, files)
  const get = createClient(t)
  for (let i = 0; i < 39; i++) await get(`${gateway.url}/in/${i}`, { 'x-user-id': `user-${i}` })
  await get(`${gateway.url}/out`)
  const { out } = await runProgram({}, 'decisions', '-c', gateway.dir, '--admin', gateway.adminUrl)
  const log = join(gateway.dir, 'decisions.ndjson')
  await writeFile(log, `${out}\n`)

  const propose = async (changed: Record<string, string>) =>
    configDir(t, { ...inForce, ...changed })
  const inForce: Record<string, string> = { 'switchback.yaml': testProcess, ...files }
  const plan = async (changed: Record<string, string>, ...more: string[]) =>
    runProgram({}, 'plan', await propose(changed), '-c', gateway.dir, '--log', log, ...more)
  return { gateway, files, log, lines: out.split('\n'), plan, propose }
}

test('decisions are printed one in JSON a line', async t => {
  const { lines } = await served(t)
  assert.equal(lines.length, 40)
  assert.deepEqual(JSON.parse(lines[39] ?? '').result, {
    ...{ kind: 'refused', route: null, refusal: 'no-route', detail: null, limit: null },
  })
})

test('a plan says in words what changes, where, and what that does to the requests', async t => {
  const { plan } = await served(t)
  const { code, out } = await plan({
    'flags/v2.json': flagFile('v2', 0),
    'switchback.yaml': `${testProcess}log: { access: false }\nsecurity: {}\n`,
    'policies/unused.yaml': 'auth: public\n',
  })
  assert.equal(code, 8)
  const text = out
    .replaceAll(/[\da-f]{12}/g, 'VERSION')
    .replaceAll(/\d{4}-\d\d-\d\d [\d:]+/g, 'TIME')
  const count = /^differ {4}(\d+) assigned$/m.exec(text)?.[1]
  assert.ok(Number(count) > 10, text)
  assert.equal(
    text.replaceAll(/such as .*/g, 'such as …').replaceAll(new RegExp(`\\b${count}\\b`, 'g'), 'N'),
    `changes   3 in the files (VERSION → VERSION)
  switchback.yaml:5       log.access                        true → false
  policies/unused.yaml:1                                    added
  flags/v2.json:1         strategies[0].parameters.rollout  "50" → "0"    (of main)
          at the next start of the process only: log
flags     from flags/
replayed  40 decisions, TIME UTC to TIME UTC; 40 come out as they were
differ    N assigned
  N  assigned  main v2 (in-share) → main v1 (out-of-share)  such as …
so        N of 40 would be decided differently`,
  )
})

test('nothing that changes ends with 0, and says so', async t => {
  const { plan } = await served(t)
  const { code, out } = await plan({ 'policies/open.yaml': 'auth: public\nmaxInFlight: 100\n' })
  assert.equal(code, 0)
  assert.match(out, /policies\/open\.yaml:2 {2}maxInFlight {2}0 → 100 {2}\(of main\)/)
  assert.match(out, /^so {8}no decision changes$/m)
})

test('the running gateway is asked without a log, and is said to run other files where it does', async t => {
  const { gateway, propose } = await served(t)
  const proposed = await propose({ 'flags/v2.json': flagFile('v2', 0) })
  const asked = ['-c', gateway.dir, '--admin', gateway.adminUrl]
  const first = await runProgram({}, 'plan', proposed, ...asked)
  assert.equal(first.code, 8)
  assert.doesNotMatch(first.out, /^running/m)
  const second = await runProgram({}, 'plan', gateway.dir, '-c', proposed, ...asked.slice(2))
  assert.equal(second.code, 8)
  assert.match(second.out, /^running {3}the gateway runs [\da-f]{12}, and not the files /m)
  const gone = await runProgram(
    {},
    'plan',
    proposed,
    '-c',
    gateway.dir,
    '--admin',
    'http://127.0.0.1:1',
  )
  assert.equal(gone.code, 3)
})

test('what would be judged by something that was not kept is not known, and never nothing', async t => {
  const { plan } = await served(t)
  const auth = `auth: { issuer: "${config.issuer}", audience: api, jwksFile: keys.json, algorithms: [ES256] }\n`
  const route = (more: string, policy = 'open') => ({
    'routes/main.yaml': `match: { path: /in }\nv1: { url: "http://127.0.0.1:9" }\nv2: { url: "http://127.0.0.1:9" }\nflag: v2\npolicy: ${policy}\n${more}`,
  })
  const user = 'user: { header: x-user-id }\n'
  for (const [changed, unknown] of [
    [{ 'policies/open.yaml': auth }, { 'proof-not-kept': 39 }],
    [route('user: { header: x-login }\n'), { 'header-not-kept': 39 }],
    [route(`${user}properties: { team: { header: x-team } }\n`), { 'header-not-kept': 39 }],
    [route(`${user}stickyKey: [cookie]\n`), { 'session-not-kept': 39 }],
  ] as const) {
    const { code, out } = await plan(changed, '--json')
    const { replay } = JSON.parse(out) as Plan
    assert.deepEqual(
      [code, replay.unknown, replay.changes],
      [5, unknown, 0],
      JSON.stringify(changed),
    )
  }
  const { out, code } = await plan({
    ...route(user),
    'policies/open.yaml': `${auth}addresses: { deny: [127.0.0.0/8] }\n`,
  })
  assert.equal(code, 8)
  assert.match(out, /^differ {4}39 refused$/m)
})

test('without a decision nobody can say', async t => {
  const { gateway } = await served(t)
  const log = join(gateway.dir, 'empty.ndjson')
  await writeFile(log, '')
  const { code, out } = await runProgram({}, 'plan', gateway.dir, '-c', gateway.dir, '--log', log)
  assert.equal(code, 5)
  assert.match(out, /^replayed {2}no decision: nobody can say what would change$/m)
})

test('a configuration that is refused ends with 1 and its faults, whichever it is', async t => {
  const { gateway, plan, propose } = await served(t)
  const refused = await plan({ 'policies/open.yaml': 'auth: publik\n' })
  assert.equal(refused.code, 1)
  assert.match(refused.out, /^policies\/open\.yaml:1:7 auth must be/m)
  await gateway.edit({ 'policies/open.yaml': 'auth: publik\n' })
  const before = await runProgram({}, 'plan', await propose({}), '-c', gateway.dir)
  assert.equal(before.code, 1)
  assert.match(before.error, /--config must be the configuration in force, received /)
})

test('a log that is none ends with 2 and names its first line that is wrong', async t => {
  const { log, lines, plan } = await served(t)
  const [first = ''] = lines
  const decision = JSON.parse(first)
  for (const [second, fault] of [
    ['{', /decisions\.ndjson:2 must be a decision in JSON/],
    [
      JSON.stringify({ ...decision, at: 'now' }),
      /:2 must be a decision whose at is a number, received "now"/,
    ],
    [
      JSON.stringify({ ...decision, proof: { kind: 'proven', rule: 'r' } }),
      /:2 must be a decision whose proof is an object, with claims where they are proven, received /,
    ],
    [
      JSON.stringify({ ...decision, request: { ...decision.request, headers: { a: 'b' } } }),
      /:2 must be a decision whose request\.headers is lists of texts by name, received \{"a":"b"\}/,
    ],
  ] as const) {
    await writeFile(log, `${first}\n${second}\n`)
    const { code, error } = await plan({})
    assert.equal(code, 2)
    assert.match(error, fault)
  }
  const { error } = await plan({}, '--log', join(log, 'nowhere'))
  assert.match(error, /--log must be a file that can be read, received .*nowhere \(ENOTDIR\)/)
})
