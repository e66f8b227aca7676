import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oneRoute, startGateway } from '../support/gateway.ts'
import { createClient, startUpstream } from '../support/http.ts'

test('a mapping that is edited maps the next request, over the connection that is there', async t => {
  const connections = new Set<unknown>()
  const upstream = await startUpstream(t, 'v1', (request, response) => {
    connections.add(request.socket)
    response.setHeader('content-type', 'application/json').end(`{"at":"${request.url}"}`)
  })
  const filesWith = (name: string) => {
    const files = oneRoute({ v1: upstream.url })
    const mapping = `mapping: { paths: [{ from: /a, to: /${name} }], response: { body: '{ "${name}": at }' } }`
    const route = String(files['routes/main.yaml'])
    return { ...files, 'routes/main.yaml': route.replace(' }\npolicy', `, ${mapping} }\npolicy`) }
  }
  const gateway = await startGateway(t, filesWith('before'))
  const get = createClient(t, 1)
  assert.equal((await get(`${gateway.url}/a`)).body, '{"before":"/before"}')

  await gateway.edit(filesWith('after'))
  for (;;) {
    const { body } = await get(`${gateway.url}/a`)
    if (body === '{"after":"/after"}') break
    assert.equal(body, '{"before":"/before"}')
  }
  assert.equal(connections.size, 1)
})
