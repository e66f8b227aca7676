import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRaw, startScriptedUpstream } from '../support/conversation.ts'
import { oneRoute, processWith, startGateway, upstreamClients } from '../support/gateway.ts'
import { okAnswer, sendRaw, startRawUpstream } from '../support/raw.ts'
import { plainRequest } from '../support/requests.ts'

for (const client of upstreamClients) {
  test(`a request that began before two reloads may be sent again to the upstream it began with (${client})`, async t => {
    const leaving = await startScriptedUpstream(t)
    const coming = await startRawUpstream(t)
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: leaving.url }),
      'switchback.yaml': processWith(client),
    })
    const caller = openRaw(t, gateway.port, plainRequest('/'))
    const attempt = await leaving.accept()
    await attempt.until('\r\n\r\n')
    for (const path of ['/', '/elsewhere']) {
      await gateway.edit(oneRoute({ v1: coming.url, path }))
      assert.notEqual((await gateway.reload()).result, 'refused')
    }
    attempt.socket.resetAndDestroy()
    const again = await leaving.accept()
    await again.until('\r\n\r\n')
    again.send(okAnswer)
    assert.match(await caller.ended(), /^HTTP\/1\.1 200 /)
    // Its last request is over: the upstream that left the configuration is let go.
    await again.ended()
    assert.equal((await sendRaw(gateway.port, plainRequest('/elsewhere'))).status, 200)
  })
}
