import { test } from 'node:test'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { startRawUpstream } from '../support/raw.ts'
import { assertNothingArrived, assertRefused, bothWays } from '../support/requests.ts'

const hosts = {
  none: '',
  'an empty one': 'Host:\r\n',
  two: 'Host: api.example.com\r\nHost: evil.example\r\n',
  'two equal ones': 'Host: api.example.com\r\nhost: api.example.com\r\n',
  'a list': 'Host: api.example.com, evil.example\r\n',
  'a space in it': 'Host: api.example.com evil\r\n',
  'user info': 'Host: user@api.example.com\r\n',
  'a path': 'Host: api.example.com/admin\r\n',
  'a backslash': 'Host: api.example.com\\admin\r\n',
  'an escape': 'Host: api%2eexample.com\r\n',
  'a wordy port': 'Host: api.example.com:http\r\n',
  'two ports': 'Host: api.example.com:80:90\r\n',
  'a high byte': 'Host: api.ex\xe4mple.com\r\n',
  'an open bracket': 'Host: [::1\r\n',
  'a quote': 'Host: "api.example.com"\r\n',
}

for (const [way, request] of bothWays) {
  test(`B11: ${way} without exactly one valid Host is refused`, async t => {
    const upstream = await startRawUpstream(t)
    const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
    for (const host of Object.values(hosts)) {
      const text = request('/').replace('host: api.example.com\r\n', host)
      await assertRefused(gateway.port, text, 400, 'bad-host')
    }
    const older = 'GET / HTTP/1.0\r\n\r\n'
    await assertRefused(gateway.port, older, 400, 'bad-host')
    await assertNothingArrived(gateway.port, upstream)
  })
}
