import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import { constants } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { startGateway } from '../support/gateway.ts'
import { connectHttp2, startHttp2Gateway } from '../support/http2.ts'
import { bearer, filesFor, revoke } from './revoking.ts'

/** An upstream whose answers are begun and never ended, but by the test; `asked` resolves with the next. */
async function startEndless(t: TestContext, type: string) {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async asked(): Promise<ServerResponse> {
      const [, response] = await once(server, 'request')
      response.setHeader('content-type', type)
      return response
    },
  }
}

async function listen(url: string, headers: Record<string, string>): Promise<IncomingMessage> {
  const [answer] = await once(get(url, { headers, agent: false }), 'response')
  return answer
}

test('the event streams of a revoked caller are broken off on both sides, those of others go on', async t => {
  const upstream = await startEndless(t, 'text/event-stream')
  const gateway = await startGateway(t, filesFor(upstream.url))
  const open = async (claims: object) => {
    const [asked, headers] = [upstream.asked(), await bearer({ ...claims })]
    const answering = listen(gateway.url, headers)
    const served = await asked
    served.write('data: 1\n\n')
    const answer = await answering
    await once(answer, 'data')
    return { served, answer }
  }
  const [anna, bert] = [await open({ sub: 'anna' }), await open({ sub: 'bert' })]
  const cut = [once(anna.answer, 'error'), once(anna.served, 'close')]
  assert.equal((await revoke(gateway.adminUrl, { sub: 'anna' })).status, 200)
  await Promise.all(cut)
  const more = once(bert.answer, 'data')
  bert.served.write('data: 2\n\n')
  assert.equal(String((await more)[0]), 'data: 2\n\n')
})

test('one whose caller is revoked before it begins is broken off as it does', async t => {
  const upstream = await startEndless(t, 'text/event-stream')
  const gateway = await startGateway(t, filesFor(upstream.url))
  const [asked, headers] = [upstream.asked(), await bearer({ jti: 't-1' })]
  const asking = get(gateway.url, { headers, agent: false })
  const ended = Promise.race([
    once(asking, 'error'),
    once(asking, 'response').then(([answer]) => once(answer.resume(), 'error')),
  ])
  const served = await asked
  await revoke(gateway.adminUrl, { jti: 't-1' })
  const left = once(served, 'close')
  served.write('data: 1\n\n')
  await Promise.all([ended, left])
})

test('over HTTP/2 the stream alone is reset, and the next of its session refused', async t => {
  const upstream = await startEndless(t, 'text/event-stream')
  const { 'switchback.yaml': _, ...files } = filesFor(upstream.url)
  const gateway = await startHttp2Gateway(t, files)
  const { ask } = await connectHttp2(t, gateway)
  const [asked, headers] = [upstream.asked(), await bearer({ sid: 's-1' })]
  const answering = ask(headers)
  const served = await asked
  const left = once(served, 'close')
  served.write('data: 1\n\n')
  await revoke(gateway.adminUrl, { sid: 's-1' })
  assert.equal((await answering).resetBy, constants.NGHTTP2_INTERNAL_ERROR)
  await left
  assert.equal((await ask(headers)).status, 401)
})

test('any other answer that is under way ends as it would have', async t => {
  const upstream = await startEndless(t, 'text/plain')
  const gateway = await startGateway(t, filesFor(upstream.url))
  const [asked, headers] = [upstream.asked(), await bearer({ sub: 'anna' })]
  const answering = listen(gateway.url, headers)
  const served = await asked
  served.write('first')
  const answer = await answering
  await revoke(gateway.adminUrl, { sub: 'anna' })
  served.end(' and last')
  let text = ''
  for await (const chunk of answer) text += chunk
  assert.equal(text, 'first and last')
})
