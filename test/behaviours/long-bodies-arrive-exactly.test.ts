import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { oneRoute, processWith, startGateway, upstreamClients } from '../support/gateway.ts'

/** Reads a body with many rests, so that whoever sends it has to wait with pieces that are half written. */
async function readSlowly(message: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  message.on('data', piece => {
    pieces.push(piece)
    message.pause()
    setImmediate(() => setImmediate(() => message.resume()))
  })
  await once(message, 'end')
  return Buffer.concat(pieces)
}

/** Answers with the very body that it got, and tells of it. */
async function startEcho(t: TestContext, onBody = (_body: Buffer) => {}): Promise<string> {
  const server = createServer(async (message, response) => {
    const body = await readSlowly(message)
    onBody(body)
    response.end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function echoOf(port: number, body: Buffer): Promise<Buffer> {
  const asked = request({ port, host: '127.0.0.1', method: 'POST', agent: false })
  asked.end(body)
  const [answer] = (await once(asked, 'response')) as [IncomingMessage]
  assert.equal(answer.statusCode, 200)
  return readSlowly(answer)
}

const digest = (body: Buffer) => createHash('sha256').update(body).digest('hex')

for (const client of upstreamClients) {
  test(`bodies of one piece and of 6 MB cross side by side byte for byte, both ways, past readers that rest, as do their copies (${client})`, async t => {
    const copied: string[] = []
    const allCopied = Promise.withResolvers<void>()
    const bodies = [6_000_000, 17_000, 6_000_000, 60_000, 6_000_000].map(length =>
      randomBytes(length),
    )
    const v2 = await startEcho(t, body => {
      if (copied.push(digest(body)) === bodies.length) allCopied.resolve()
    })
    const gateway = await startGateway(t, {
      ...oneRoute({
        ...{ v1: await startEcho(t), v2, percent: 0 },
        policy:
          'shadow: { noise: 0%, methods: [POST], maxBodyBytes: 8000000, maxBytesInFlight: 50000000, timeoutMs: 60000 }\n',
      }),
      'switchback.yaml': processWith(client),
    })
    const echoes = await Promise.all(bodies.map(body => echoOf(gateway.port, body)))
    assert.deepEqual(echoes.map(digest), bodies.map(digest))
    await allCopied.promise
    assert.deepEqual(copied.sort(), bodies.map(digest).sort())
  })
}
