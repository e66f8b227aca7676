import { test } from 'node:test'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { startRawUpstream } from '../support/raw.ts'
import { assertNothingArrived, assertRefused, bothWays } from '../support/requests.ts'

const refused = {
  'dot segments': ['/api/../admin', '/api/./x', '/api/..', '/api/.', '/..', '/api/x/../../admin'],
  'encoded dots': ['/api/%2e%2e/admin', '/api/.%2E/admin', '/api/%2e', '/%2e%2e/admin'],
  'encoded slashes': ['/api/..%2fadmin', '/api%2F..%2Fadmin', '/api%2fx'],
  backslashes: ['/api/\\../admin', '/api\\..\\admin', '/api/..%5cadmin', '/api%5Cx'],
  'dots with parameters': ['/api/..;/admin', '/api/.;x=1/admin', '/api/%2e%2e;/admin'],
  'double encodings': ['/api/%252e%252e/admin', '/api/%25%32%65/x', '/api/%252fadmin'],
  'empty segments': ['//admin', '/api//admin', '/api///', '/api/;x/admin', '/;'],
  'control characters': ['/api/%00', '/api/x%0d%0ahost:evil', '/api/%1b', '/api/%7f'],
  'broken escapes': ['/api/%', '/api/%2', '/api/%zz', '/api/%u002e'],
  'absolute forms of these': ['http://api.example.com/api/../admin', 'http://api.example.com//x'],
}

for (const [what, targets] of Object.entries(refused)) {
  for (const [way, request] of bothWays) {
    test(`B1: ${way} with ${what} is refused and reaches no upstream`, async t => {
      const upstream = await startRawUpstream(t)
      const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
      for (const target of targets) {
        await assertRefused(gateway.port, request(target), 400, 'bad-target')
      }
      await assertNothingArrived(gateway.port, upstream)
    })
  }
}

for (const [way, request] of bothWays) {
  test(`B1: ${way} whose parameters hide another route is refused`, async t => {
    const upstream = await startRawUpstream(t)
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: upstream.url }),
      'routes/admin.yaml': `match: { path: /admin }\nv1: { url: "${upstream.url}" }\npolicy: open\n`,
    })
    for (const target of ['/admin;x/users', '/admin;/users', '/;x/admin', '/admin;x']) {
      await assertRefused(gateway.port, request(target), 400, 'bad-target')
    }
    await assertNothingArrived(gateway.port, upstream)
  })
}
