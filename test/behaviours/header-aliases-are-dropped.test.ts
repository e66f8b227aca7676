import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openRaw } from '../support/conversation.ts'
import { oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { startRawUpstream } from '../support/raw.ts'
import { bothWays, lines } from '../support/requests.ts'

const aliases = [
  'X_Forwarded_For: alias',
  'X-Forwarded_For: alias',
  'X.Forwarded.Proto: alias',
  'x_real_ip: alias',
  'X_Request_Id: alias',
  'X_User_Id: alias',
  'X.User.Id: alias',
  'x-tenant_id: alias',
  'Content_Length: alias',
  'Transfer_Encoding: alias',
  'Proxy_Authorization: alias',
  'Authorization_: kept',
  'x_harmless: kept',
]

for (const trustedProxies of ['[]', '[127.0.0.1]']) {
  for (const [way, request] of bothWays) {
    test(`B10: ${way} loses spellings of our headers (trustedProxies: ${trustedProxies})`, async t => {
      const upstream = await startRawUpstream(t)
      const gateway = await startGateway(t, {
        ...oneRoute({
          v1: upstream.url,
          route: 'properties: { tenant: { header: X-Tenant-Id } }\n',
        }),
        'switchback.yaml': `${testProcess}trustedProxies: ${trustedProxies}\n`,
      })
      await openRaw(t, gateway.port, request('/', lines(...aliases))).until('\r\n\r\nok')
      assert.doesNotMatch(upstream.received(), /alias/)
      assert.match(upstream.received(), /\r\nauthorization_: kept\r\nx_harmless: kept\r\n/)
    })
  }
}

test('B10: an alias of the header that names the user does not choose the variant', async t => {
  const v1 = await startRawUpstream(t)
  const v2 = await startRawUpstream(t)
  const gateway = await startGateway(
    t,
    oneRoute({ v1: v1.url, v2: v2.url, percent: 0, route: 'force: { users: ["42"] }\n' }),
  )
  for (const name of ['x_user_id', 'x.user.id', 'X-User_Id']) {
    const request = `GET / HTTP/1.1\r\nhost: a\r\n${name}: 42\r\nx-switchback-force: v2\r\n\r\n`
    await openRaw(t, gateway.port, request).until('\r\n\r\nok')
  }
  assert.equal(v2.connections(), 0)
  const known = 'GET / HTTP/1.1\r\nhost: a\r\nX-User-Id: 42\r\nx-switchback-force: v2\r\n\r\n'
  await openRaw(t, gateway.port, known).until('\r\n\r\nok')
  assert.equal(v2.connections(), 1)
})
