import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRaw, startScriptedUpstream } from '../support/conversation.ts'
import { oneRoute, processWith, startGateway, upstreamClients } from '../support/gateway.ts'
import { parseAnswer } from '../support/raw.ts'
import { assertRefused, keptRequest } from '../support/requests.ts'

const policy = 'maxBodyBytes: 8\n'

for (const client of upstreamClients) {
  test(`(${client}) a body that says it is over the limit reaches no upstream`, async t => {
    const upstream = await startScriptedUpstream(t)
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: upstream.url, policy }),
      'switchback.yaml': processWith(client),
    })
    const request = `${keptRequest('/', 'content-length: 9\r\n', 'POST')}123456789`
    await assertRefused(gateway.port, request, 413, 'body-too-large')
    assert.equal(upstream.connections(), 0)
  })

  test(`(${client}) a body in chunks that goes over the limit is never whole for an upstream`, async t => {
    const upstream = await startScriptedUpstream(t)
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: upstream.url, policy }),
      'switchback.yaml': processWith(client),
    })
    const head = keptRequest('/', 'transfer-encoding: chunked\r\n', 'POST')
    const caller = openRaw(t, gateway.port, `${head}8\r\n12345678\r\n`)
    const served = await upstream.accept()
    await served.until('12345678')
    caller.send('1\r\n9\r\n0\r\n\r\n')
    const answer = parseAnswer(await caller.ended())
    assert.equal(answer.status, 413)
    assert.equal(JSON.parse(answer.body).code, 'body-too-large')
    const received = await served.ended()
    assert.doesNotMatch(received, /\r\n0\r\n\r\n$/)
  })
}
