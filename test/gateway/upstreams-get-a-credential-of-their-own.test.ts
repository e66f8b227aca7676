import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { config, createIssuer } from '../identity/issuer.ts'
import { flagFile, processWith, startGateway, upstreamClients } from '../support/gateway.ts'
import { okAnswer, sendRaw, startRawUpstream } from '../support/raw.ts'
import { headsIn, lines, plainRequest, upgradeRequest, valuesIn } from '../support/requests.ts'

const issuer = await createIssuer('ES256')
const ofClient = lines('authorization: Bearer of-the-client')
const shared = { 'secrets/v1': 'first-of-v1\n', 'secrets/v2': 'first-of-v2\n' }

interface Setting {
  readonly client?: (typeof upstreamClients)[number]
  readonly policy?: string
  /** Of callers that get V2. */
  readonly percent?: number
  /** What V2 does with its connections. */
  readonly v2?: (socket: Socket) => void
  readonly v1?: (socket: Socket) => void
}

/** Both variants, each with a credential out of a secret, and a gateway before them. */
async function start(t: TestContext, setting: Setting = {}) {
  const { client = 'http1', policy = 'auth: public\n', percent = 100 } = setting
  const v1 = await startRawUpstream(t, setting.v1)
  const v2 = await startRawUpstream(t, setting.v2)
  const gateway = await startGateway(t, {
    'switchback.yaml': `${processWith(client)}log: { access: true, level: debug }\n`,
    'routes/main.yaml': `match: { path: / }
v1: { url: "${v1.url}", credential: "Bearer \${file:secrets/v1}" }
v2: { url: "${v2.url}", credential: "Bearer \${file:secrets/v2}" }
flag: new
policy: open
`,
    'policies/open.yaml': policy,
    'flags/new.json': flagFile('new', percent),
    'keys.json': JSON.stringify(issuer.jwks),
    ...shared,
  })
  return { gateway, v1, v2 }
}

/** What an upstream was asked with, request by request. */
function authorizations({ received }: { received: () => string }): string[][] {
  return headsIn(received()).map(head => valuesIn(head, 'authorization'))
}

const breaking = (socket: Socket) => socket.on('data', () => socket.destroy())

for (const client of upstreamClients) {
  for (const [way, request] of [
    ['a request', plainRequest],
    ['an upgrade', upgradeRequest],
  ] as const) {
    test(`(${client}) ${way} carries the credential of its variant, and the client's goes no further`, async t => {
      for (const [percent, asked, spared, own] of [
        [100, 'v2', 'v1', 'Bearer first-of-v2'],
        [0, 'v1', 'v2', 'Bearer first-of-v1'],
      ] as const) {
        const setting = await start(t, { client, percent })
        const answer = await sendRaw(setting.gateway.port, request('/', ofClient))
        assert.equal(answer.status, 200)
        assert.deepEqual(authorizations(setting[asked]), [[own]])
        assert.equal(setting[spared].received(), '')
      }
    })
  }

  test(`(${client}) V1 that answers for V2 gets its own credential, and so does each retry`, async t => {
    let broken = 0
    const { gateway, v1, v2 } = await start(t, {
      client,
      policy: 'auth: public\nfallback: {}\nretry: { attempts: 1, budgetPercent: 100 }\n',
      v2: breaking,
      v1: socket =>
        socket.on('data', () => {
          if (broken++ === 0) socket.destroy()
          else socket.write(okAnswer)
        }),
    })
    assert.equal((await sendRaw(gateway.port, plainRequest('/', ofClient))).status, 200)
    const twice = (own: string) => [[own], [own]]
    assert.deepEqual(authorizations(v2), twice('Bearer first-of-v2'))
    assert.deepEqual(authorizations(v1), twice('Bearer first-of-v1'))
  })
}

test('under a policy that replaces the token, upstreams get their own and no token, header or cookie', async t => {
  const { gateway, v2 } = await start(t, {
    policy: `auth: { issuer: "${config.issuer}", audience: api, jwksFile: keys.json, algorithms: [ES256], cookie: id, forward: { authorization: replace, claims: { x-user: sub } } }\n`,
  })
  const token = await issuer.sign({ exp: Math.floor(Date.now() / 1000) + 300 })
  for (const proof of [`authorization: Bearer ${token}`, `cookie: a=1; id=${token}`]) {
    assert.equal((await sendRaw(gateway.port, plainRequest('/', lines(proof)))).status, 200)
  }
  assert.deepEqual(authorizations(v2), [['Bearer first-of-v2'], ['Bearer first-of-v2']])
  assert.ok(!v2.received().includes(token))
  assert.match(v2.received(), /\r\ncookie: a=1\r\n/)
  assert.match(v2.received(), /\r\nx-user: user-42\r\n/)
})

test('a credential that is renewed on disk is sent with the next request, over the same connection', async t => {
  const { gateway, v2 } = await start(t)
  await sendRaw(gateway.port, plainRequest('/'))
  await gateway.edit({ 'secrets/v2': 'second-of-v2\n' })
  assert.notEqual((await gateway.reload()).result, 'refused')
  await sendRaw(gateway.port, plainRequest('/'))
  assert.deepEqual(authorizations(v2), [['Bearer first-of-v2'], ['Bearer second-of-v2']])
  assert.equal(v2.connections(), 1)
})

test('no credential stands in the log, the status or the metrics, nor in what refuses it', async t => {
  const { gateway } = await start(t)
  await sendRaw(gateway.port, plainRequest('/', ofClient))
  await gateway.edit({ 'secrets/v1': 'first-of-v1\nand a second line\n' })
  const { result, faults } = await gateway.reload()
  assert.equal(result, 'refused')
  const pages = ['/status', '/metrics', '/'].map(async path =>
    (await fetch(gateway.adminUrl + path)).text(),
  )
  const told = [...(await Promise.all(pages)), ...gateway.logLines, JSON.stringify(faults)].join()
  assert.match(told, /v1\.credential/)
  assert.doesNotMatch(told, /first-of|of-the-client|second line/)
})

for (const [rule, toV2] of [
  ['none', []],
  ['client', ['Bearer first-of-v2']],
  ['{ value: Bearer of-the-shadow }', ['Bearer of-the-shadow']],
] as const) {
  test(`copies with credentials ${rule} go by the shadow's own rule, and V1 asked again as before`, async t => {
    const { gateway, v1, v2 } = await start(t, {
      percent: 0,
      policy: `auth: public\nshadow: { noise: 100%, credentials: ${rule} }\n`,
    })
    await sendRaw(gateway.port, plainRequest('/', ofClient))
    const sent = (copy: string) =>
      gateway.metric(
        `switchback_shadow_copies_total{route="main",copy="${copy}",result="sent",reason="answered"}`,
      )
    while ((await sent('shadow')) + (await sent('noise')) < 2);
    assert.deepEqual(authorizations(v2), [toV2])
    assert.deepEqual(authorizations(v1), [['Bearer first-of-v1'], ['Bearer first-of-v1']])
  })
}
