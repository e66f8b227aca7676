import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { test } from 'node:test'
import { oneRoute, processWith, startGateway, upstreamClients } from '../support/gateway.ts'
import { createRandom, mutate, type Random } from './random.ts'
import { startStrictUpstream } from './strict-upstream.ts'

/**
 * Requests, good ones and broken ones, in one stream and cut anywhere. Whatever a client sends, the
 * upstream sees whole requests that the gateway wrote, each once, and each answer is for the request
 * in whose place it comes.
 */
const seeds = Number(process.env.FUZZ_SEEDS ?? 300)
const first = Number(process.env.FUZZ_FIRST ?? 1)
const hidden = (id: string) => `GET /hidden/${id} HTTP/1.1\r\nHost: a\r\n\r\n`

function goodRequest(random: Random, id: string): string {
  const head = `/r/${id} HTTP/1.1\r\nHost: api.example.com\r\nX-Test: ${'x'.repeat(random.below(40))}\r\n`
  const body = random.chance(0.5) ? hidden(id) : 'b'.repeat(1 + random.below(300))
  switch (random.below(5)) {
    case 0:
      return `POST ${head}Content-Length: ${body.length}\r\n\r\n${body}`
    case 1:
      return `PUT ${head}Transfer-Encoding: chunked\r\n\r\n${chunked(random, body)}`
    case 2:
      return `POST ${head}Expect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    case 3:
      return `HEAD ${head}\r\n`
    default:
      return `GET ${head}\r\n`
  }
}

function chunked(random: Random, body: string): string {
  const chunks = random.pieces(body, 4).filter(piece => piece !== '')
  return `${chunks.map(piece => `${piece.length.toString(16)}\r\n${piece}\r\n`).join('')}0\r\n\r\n`
}

async function converse(port: number, random: Random, bytes: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  socket.on('error', () => {})
  let received = ''
  socket.on('data', chunk => {
    received += chunk.toString('latin1')
  })
  const closed = new Promise(resolve => socket.on('close', resolve))
  for (const piece of random.pieces(bytes, 6)) {
    socket.write(Buffer.from(piece, 'latin1'))
    await new Promise(resolve => setImmediate(resolve))
  }
  await closed
  return received
}

for (const client of upstreamClients) {
  test(`whatever clients send (${client}): one request, one answer, in order`, async t => {
    const upstream = await startStrictUpstream(t)
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: upstream.url }),
      'switchback.yaml': processWith(
        client,
        'limits: { headersTimeoutMs: 300, bodyTimeoutMs: 300, keepAliveTimeoutMs: 1000 }\nlog: { access: false }\n',
      ),
    })

    async function round(seed: number): Promise<void> {
      const random = createRandom(seed)
      const count = 1 + random.below(5)
      const ids = Array.from({ length: count }, (_, i) => `${client}-${seed}-${i}`)
      const broken = random.chance(0.8) ? random.below(count) : count
      const requests = ids.map((id, i) => {
        const good = goodRequest(random, id)
        if (i !== broken) return good
        return Array.from({ length: 1 + random.below(3) }).reduce<string>(
          text => mutate(random, text),
          good,
        )
      })
      const last = `GET /r/last-${seed} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`
      const sent = requests.join('') + last
      const received = await converse(gateway.port, random, sent)
      const about = `seed ${seed}, ${JSON.stringify(sent)} was answered ${JSON.stringify(received)}`
      const answered = [...received.matchAll(/^x-served: (\S*)\r$/gm)].map(
        found => found[1] as string,
      )
      const known = [...ids, `last-${seed}`].map(id => `/r/${id}`)
      // Good requests before the broken one are all answered, in their order.
      assert.deepEqual(
        answered.slice(0, broken),
        known.slice(0, Math.min(broken, known.length)),
        about,
      )
      assert.equal(new Set(answered).size, answered.length, about)
      if (broken === count) assert.deepEqual(answered, known, about)
      assert.deepEqual(upstream.faults, [], about)
    }

    const all = Array.from({ length: seeds }, (_, i) => first + i)
    while (all.length > 0) await Promise.all(all.splice(0, 20).map(round))
  })
}
