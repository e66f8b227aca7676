import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { sendRaw, startRawUpstream } from '../support/raw.ts'
import { bothWays, lines } from '../support/requests.ts'

const control = ['\r', '\n', '\x1b[31m', '\0', '\x7f', '\x9b31m', '\u0085']
const encoded = ['%0d%0a', '%1b[31m', '%00', '%7f', '%C2%85', '%E2%80%A8', '"}\u007b', '%22%7D']

for (const [way, request] of bothWays) {
  test(`B34: whatever ${way} carries, each log line is one line of JSON without control characters`, async t => {
    const upstream = await startRawUpstream(t)
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: upstream.url, v2: upstream.url }),
      'switchback.yaml': `${testProcess}trustedProxies: [127.0.0.1]\n`,
    })
    const before = gateway.logLines.length
    let answered = 0
    const send = async (target: string, headers = '') => {
      const text = request(target, headers).replace('sec-websocket-version: 13', '$&')
      const answer = await sendRaw(gateway.port, text)
      if (answer.status === 200) answered++
    }
    for (const odd of control) {
      await send(`/a${odd}b`)
      await send('/', lines(`user-agent: a${odd}{"forged":1}`))
      await send('/', lines(`x-forwarded-for: 1.1.1.1${odd}`))
      await send('/', lines(`x-forwarded-host: a${odd}`, `x-user-id: a${odd}`))
      await send('/', lines(`x-request-id: a${odd}b`, `via: 1.1 a${odd}`))
      await sendRaw(gateway.port, request('/').replace('api.example.com', `a${odd}b`))
      await sendRaw(gateway.port, request('/').replace('GET', `GET${odd}`))
    }
    for (const odd of encoded) await send(`/a${odd}b?q=${odd}&token=secret`)

    assert.ok(answered > 0)
    const logged = gateway.logLines.slice(before)
    assert.ok(logged.length >= answered)
    for (const line of logged) {
      assert.match(line, /^\{[\s\S]*\}\n$/)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      assert.doesNotMatch(line.slice(0, -1), /[\x00-\x1f\x7f-\x9f\u2028\u2029]/)
      const record = JSON.parse(line)
      assert.equal(record.forged, undefined)
      assert.doesNotMatch(line, /secret/)
    }
  })
}
