import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRaw, startScriptedUpstream } from '../support/conversation.ts'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { okAnswer } from '../support/raw.ts'
import { assertRefused, keptRequest, plainRequest } from '../support/requests.ts'
import { placesOf, placesTaken } from './places.ts'

test('what is under way keeps its places when a reload changes how many there are', async t => {
  const upstream = await startScriptedUpstream(t)
  const files = (policy: string) => oneRoute({ v1: upstream.url, policy })
  const gateway = await startGateway(t, files('maxInFlight: 2\n'))
  const clients = ['/1', '/2'].map(path => openRaw(t, gateway.port, keptRequest(path)))
  const asked = [await upstream.accept(), await upstream.accept()]

  await gateway.edit(files('maxInFlight: 1\n'))
  assert.notEqual((await gateway.reload()).result, 'refused')
  assert.deepEqual((await placesOf(gateway))?.requests, { taken: 2, limit: 1 })
  asked[0]?.send(okAnswer)
  await placesTaken(gateway, 1)
  await assertRefused(gateway.port, plainRequest('/3'), 503, 'route-full')

  await gateway.edit(files(''))
  assert.notEqual((await gateway.reload()).result, 'refused')
  assert.equal((await placesOf(gateway))?.requests, null)
  await gateway.edit(files('maxInFlight: 1\n'))
  assert.notEqual((await gateway.reload()).result, 'refused')
  await assertRefused(gateway.port, plainRequest('/3'), 503, 'route-full')
  asked[1]?.send(okAnswer)
  await placesTaken(gateway, 0)
  for (const client of clients) await client.until('\r\n\r\nok')
})
