import assert from 'node:assert/strict'
import { test } from 'node:test'
import { request } from 'undici'
import { openRaw } from '../support/conversation.ts'
import { processWith, upstreamClients } from '../support/gateway.ts'
import { keptRequest } from '../support/requests.ts'
import { type Answerer, startShadowed } from './shadowed.ts'

const rounds = 8
const perRound = 24

/** Does something else with each request: most of it is bad. */
function moody(): Answerer {
  let turn = 0
  return (_request, response) => {
    const mood = turn++ % 6
    if (mood === 0) response.destroy()
    else if (mood === 1) response.writeHead(200, { 'content-length': 9 }).write('{')
    else if (mood === 2) response.end('x'.repeat(5000))
    else if (mood === 3) response.writeHead(500).end('{}')
    else response.end('{"ok":true}')
  }
}

for (const client of upstreamClients) {
  test(`every copy that was due is counted once, in a storm of aborts, failures and reloads (${client})`, async t => {
    const ruleOf = (round: number) =>
      `{ methods: [GET, POST], noise: 50%, timeoutMs: 250, maxBodyBytes: 2000, maxBytesInFlight: 20000, maxInFlight: ${5 + (round % 2)} }`
    const shadowed = await startShadowed(t, {
      percent: 50,
      policy: 'fallback: {}\ntimeouts: { bodyMs: 300 }',
      shadow: ruleOf(0),
      process: processWith(client),
      v1: moody(),
      v2: moody(),
    })

    async function ask(n: number): Promise<void> {
      const headers = { 'x-user-id': `user-${n}` }
      const body = 'x'.repeat((n * 397) % 3000)
      if (n % 5 === 0) {
        const client = openRaw(t, shadowed.port, keptRequest('/', `x-user-id: user-${n}\r\n`))
        await new Promise(setImmediate)
        client.socket.destroy()
      } else if (n % 5 === 1) {
        const upload = `content-length: 1000\r\nx-user-id: user-${n}\r\n`
        const client = openRaw(t, shadowed.port, `${keptRequest('/', upload, 'POST')}half`)
        await new Promise(setImmediate)
        client.socket.destroy()
      } else {
        const method = n % 2 === 0 ? 'GET' : 'POST'
        const options = method === 'GET' ? { headers } : { method, headers, body }
        await request(shadowed.url, options)
          .then(answer => answer.body.text())
          .catch(() => {})
      }
    }

    for (let round = 0; round < rounds; round++) {
      const asked = Array.from({ length: perRound }, (_, n) => ask(round * perRound + n))
      await shadowed.edit(shadowed.filesWith(ruleOf(round)))
      await shadowed.reload()
      await Promise.all(asked)
    }
    const { shadow, noise, inFlight, bytes } = await shadowed.settled()
    assert.deepEqual([inFlight, bytes], [0, 0])
    assert.ok(
      shadow.eligible > rounds * 10 && noise.eligible > rounds,
      JSON.stringify([shadow, noise]),
    )
    assert.ok(shadow.sent > 0 && Object.keys(shadow.dropped).length > 2, JSON.stringify(shadow))
    assert.ok(Object.keys(shadow.failed).length > 0, JSON.stringify(shadow))
  })
}
