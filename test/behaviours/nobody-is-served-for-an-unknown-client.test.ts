import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { sendRaw, startRawUpstream } from '../support/raw.ts'
import { keptRequest, plainRequest, valuesIn } from '../support/requests.ts'

test('B9, B36: a request whose client has reset the connection is not served for an address that nobody knows', async t => {
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
  // Many, as the reset must overtake the gateway's first look at the connection.
  for (let i = 0; i < 200; i++) {
    const socket = connect(gateway.port, '127.0.0.1')
    socket.on('error', () => {})
    await once(socket, 'connect')
    socket.write(keptRequest('/'))
    socket.resetAndDestroy()
  }
  assert.equal((await sendRaw(gateway.port, plainRequest('/'))).status, 200)
  const addresses = valuesIn(upstream.received(), 'x-forwarded-for')
  assert.ok(addresses.length > 0)
  assert.deepEqual([...new Set(addresses)], ['127.0.0.1'])
})
