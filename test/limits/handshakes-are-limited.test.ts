import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRaw, startScriptedUpstream } from '../support/conversation.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { parseAnswer } from '../support/raw.ts'
import { assertRefused, upgradeAnswer, upgradeRequest } from '../support/requests.ts'
import { limitedTo } from './limited.ts'

const ada = 'x-user-id: ada\r\n'

test('a handshake over the limit gets 429 before any upstream socket is opened', async t => {
  const upstream = await startScriptedUpstream(t)
  const gateway = await startGateway(
    t,
    oneRoute({ v1: upstream.url, policy: limitedTo('{ key: user, limit: 1/d }') }),
  )
  const client = openRaw(t, gateway.port, upgradeRequest('/', ada))
  const served = await upstream.accept()
  await served.until('\r\n\r\n')
  served.send(upgradeAnswer)
  const opened = parseAnswer(await client.until('\r\n\r\n'))
  assert.equal(opened.status, 101)
  assert.equal(opened.headers.get('ratelimit-remaining'), '0')

  const refused = await assertRefused(gateway.port, upgradeRequest('/', ada), 429, 'rate-limited')
  assert.equal(refused.headers.get('ratelimit'), '"user 1/d";r=0;t=86400')
  assert.equal(refused.headers.get('retry-after'), '86400')
  assert.equal(upstream.connections(), 1)
})

test("requests and handshakes take of one bucket, and an upstream's refusal tells of it", async t => {
  const upstream = await startScriptedUpstream(t)
  const gateway = await startGateway(
    t,
    oneRoute({ v1: upstream.url, policy: limitedTo('{ key: user, limit: 2/d }') }),
  )
  const client = openRaw(t, gateway.port, upgradeRequest('/', ada))
  const served = await upstream.accept()
  await served.until('\r\n\r\n')
  served.send('HTTP/1.1 403 Forbidden\r\nratelimit-remaining: 99\r\ncontent-length: 0\r\n\r\n')
  const answer = parseAnswer(await client.until('\r\n\r\n'))
  assert.equal(answer.status, 403)
  assert.equal(answer.headers.get('ratelimit-remaining'), '1')

  const request = openRaw(t, gateway.port, `GET / HTTP/1.1\r\nhost: a\r\n${ada}\r\n`)
  const asked = await upstream.accept()
  await asked.until('\r\n\r\n')
  asked.send('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
  assert.equal(parseAnswer(await request.until('\r\n\r\n')).status, 200)
  await assertRefused(gateway.port, upgradeRequest('/', ada), 429, 'rate-limited')
})
