import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { request } from 'undici'
import type { RouteDifferences } from '../../src/shadow/finding.ts'
import { eventually } from '../fleet/eventually.ts'
import { configDir, oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { startUpstream } from '../support/http.ts'
import { startRedis } from '../support/redis-server.ts'

/** What one side sends that nobody but its client may ever read. */
const secretsOf = {
  client: {
    bearer: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJwbGFudGVkIn0.c2lnbmF0dXJlLW9mLWNsaWVudA',
    cookie: 'sid-5f2c8e11d0b94a7a9c3e',
    apiKey: 'key-client-0c9d77ab31f24e58',
    queryToken: 'query-token-8841f0c2aa97',
    queryMail: 'query.person@client.example',
    bodyPassword: 'correct-horse-client',
    bodyMail: 'body.person@client.example',
  },
  v1: plantedIn('v1', '4111111111111111', 'DE89370400440532013000', '+49 30 901820'),
  v2: plantedIn('v2', '5555555555554444', 'GB82WEST12345698765432', '+44 20 79460958'),
}

function plantedIn(name: string, card: string, iban: string, phone: string) {
  return {
    password: `hunter-of-${name}-2`,
    token: `tok-${name}-90f1c2d3e4a5b6c7`,
    stripe: `sk_live_${name}4eC39HqLyjWDarjtT1zdp7dc`,
    mail: `owner.of.${name}@mail.example`,
    keyMail: `key.of.${name}@mail.example`,
    noteMail: `note.of.${name}@mail.example`,
    session: `session-${name}-77aa88bb99cc`,
    headerToken: `header-${name}-1a2b3c4d5e6f`,
    setCookie: `cookie-${name}-6f5e4d3c2b1a`,
    jwt: `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ${name}In0.c2lnbmF0dXJlLW9mLX${name}`,
    card,
    iban,
    phone,
  }
}

/** What is kept on purpose: by it each place shows that the search would find something there. */
const kept = { v1: 'teal', v2: 'crimson' }

function answerAs(name: 'v1' | 'v2') {
  const secret = secretsOf[name]
  return (incoming: IncomingMessage, response: ServerResponse) => {
    incoming.resume()
    response.writeHead(200, {
      'content-type': 'application/json',
      'set-cookie': `sid=${secret.setCookie}; HttpOnly`,
      'x-session-token': secret.headerToken,
      'x-colour': kept[name],
    })
    response.end(
      JSON.stringify({
        colour: kept[name],
        password: secret.password,
        auth: { accessToken: secret.token, nested: { deeper: secret.session } },
        contact: { email: secret.mail, phone: secret.phone, iban: secret.iban },
        // Nothing about these names says what they hold.
        a: secret.stripe,
        b: secret.jwt,
        c: Number(secret.card),
        d: `Paid by card ${secret.card.replace(/(.{4})(?=.)/g, '$1 ')} as agreed.`,
        e: `Write to ${secret.noteMail}, please`,
        f: [secret.mail, secret.phone],
        // One stands in the key itself, and only one side has it.
        accounts: { [secret.keyMail]: { balance: name.length } },
        list: [{ id: 1, note: secret.iban }],
      }),
    )
  }
}

/** Everything that Redis was asked to do, with all that was in it. */
async function listenIn(t: TestContext, port: number): Promise<() => string> {
  const socket = connect(port, '127.0.0.1')
  t.after(() => socket.destroy())
  let heard = ''
  socket.on('data', chunk => {
    heard += chunk
  })
  socket.write('MONITOR\r\n')
  await once(socket, 'data')
  return () => heard
}

async function filesIn(dir: string): Promise<string> {
  const names = await readdir(dir, { recursive: true, withFileTypes: true })
  const files = names.filter(entry => entry.isFile())
  const texts = files.map(file => readFile(join(file.parentPath, file.name), 'latin1'))
  return (await Promise.all(texts)).join('\n')
}

const pages = [
  '/differences?all=true',
  '/differences/main?all=true',
  '/gates',
  '/status',
  '/verdicts',
  '/latches',
  '/audit',
  '/metrics',
  '/config',
  '/flags',
  '/',
]

test('no secret of a client or of an answer is kept, told or logged', async t => {
  const redis = await startRedis(t)
  const heardByRedis = await listenIn(t, redis.port)
  const storeDir = await configDir(t, {})
  const [v1, v2] = await Promise.all([
    startUpstream(t, 'v1', answerAs('v1')),
    startUpstream(t, 'v2', answerAs('v2')),
  ])
  const gateway = await startGateway(t, {
    ...oneRoute({
      v1: v1.url,
      v2: v2.url,
      percent: 0,
      policy: `shadow:
  methods: [GET, POST]
  noise: 50%
  headers: [content-type, x-colour, x-session-token, set-cookie]
budgets: [{ signal: mismatch, max: 0.5% }]
`,
    }),
    'switchback.yaml': `${testProcess}log: { level: debug }
store: { dir: ${storeDir}, redis: "redis://127.0.0.1:${redis.port}" }
`,
  })
  const { client } = secretsOf
  const credentials = {
    authorization: `Bearer ${client.bearer}`,
    cookie: `sid=${client.cookie}`,
    'x-api-key': client.apiKey,
    'x-user-id': '42',
  }
  const query = `access_token=${client.queryToken}&mail=${encodeURIComponent(client.queryMail)}&to=${client.queryMail}`
  const requests = 60
  for (let sent = 0; sent < requests; sent++) {
    const post = sent % 2 === 1
    const { body } = await request(`${gateway.url}/orders?${query}`, {
      method: post ? 'POST' : 'GET',
      headers: { ...credentials, ...(post ? { 'content-type': 'application/json' } : {}) },
      ...(post
        ? { body: JSON.stringify({ password: client.bodyPassword, mail: client.bodyMail }) }
        : {}),
    })
    await body.dump()
  }
  const page = async (path: string) => {
    const answer = await fetch(`${gateway.adminUrl}${path}`)
    assert.equal(answer.status, 200, path)
    return answer.text()
  }
  await eventually(async () => {
    const { compared, findings } = JSON.parse(
      await page('/differences/main?all=true'),
    ) as RouteDifferences
    return compared === requests && findings.length > 0
  })
  // Both stores have it, the local one with its write-ahead log.
  await eventually(() => heardByRedis().includes(kept.v2))
  await eventually(async () => (await filesIn(storeDir)).includes(kept.v2))

  const places: Record<string, string> = {
    Redis: heardByRedis(),
    'the state file': await filesIn(storeDir),
    log: gateway.logLines.join(''),
  }
  for (const path of pages) places[path] = await page(path)
  await gateway.close()
  places['the state file at the end'] = await filesIn(storeDir)
  places['Redis at the end'] = heardByRedis()
  places['the log at the end'] = gateway.logLines.join('')

  for (const place of ['Redis', 'the state file', '/differences?all=true']) {
    assert.ok(places[place]?.includes(kept.v1), `${place} has what may be kept`)
    assert.ok(places[place]?.includes(kept.v2), `${place} has what may be kept`)
  }
  for (const [place, text] of Object.entries(places)) {
    for (const [owner, secrets] of Object.entries(secretsOf)) {
      for (const [name, secret] of Object.entries(secrets)) {
        for (const written of [secret, encodeURIComponent(secret), JSON.stringify(secret)]) {
          assert.ok(!text.includes(written), `${place} holds ${name} of ${owner}`)
        }
      }
    }
  }
})
