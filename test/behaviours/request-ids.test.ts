import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { parseAnswer, sendRaw, startRawUpstream } from '../support/raw.ts'
import { lines, plainRequest, valuesIn } from '../support/requests.ts'

for (const trusted of [false, true]) {
  test(`a request id is ${trusted ? 'taken from a trusted peer when it is a good one' : 'always our own for anybody'}`, async t => {
    const upstream = await startRawUpstream(t)
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: upstream.url }),
      'switchback.yaml': `${testProcess}trustedProxies: [${trusted ? '127.0.0.1' : ''}]\n`,
    })
    const seen = new Set<string>()
    for (const [sent, good] of [
      ['edge-1.42_a', true],
      ['a'.repeat(128), true],
      ['a'.repeat(129), false],
      ['two words', false],
      ['a"b', false],
      ['', false],
      ['one\r\nx-request-id: two', false],
    ] as const) {
      const answer = await sendRaw(gateway.port, plainRequest('/', lines(`x-request-id: ${sent}`)))
      const id = answer.headers.get('x-request-id') as string
      if (trusted && good) assert.equal(id, sent)
      else assert.match(id, /^[0-9a-f]{32}$/)
      assert.equal(valuesIn(upstream.received(), 'x-request-id').at(-1), id)
      assert.equal(JSON.parse(gateway.logLines.at(-1) as string).requestId, id)
      seen.add(id)
    }
    assert.equal(seen.size, 7)
  })
}

test('a request id of the upstream does not replace ours in the answer', async t => {
  const upstream = await startRawUpstream(t, socket =>
    socket.on('data', () =>
      socket.write('HTTP/1.1 200 OK\r\nx-request-id: theirs\r\ncontent-length: 0\r\n\r\n'),
    ),
  )
  const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
  const answer = parseAnswer((await sendRaw(gateway.port, plainRequest('/'))).text)
  assert.match(answer.headers.get('x-request-id') as string, /^[0-9a-f]{32}$/)
})
