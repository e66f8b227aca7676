import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { test } from 'node:test'
import { oneRoute, processWith, startGateway, upstreamClients } from '../support/gateway.ts'
import { startRawUpstream } from '../support/raw.ts'
import { createRandom, mutate, type Random } from './random.ts'

/**
 * Answers, good ones and broken ones, to many clients at a time. Whatever an upstream says, no client
 * ever sees a byte that was meant for another one, and afterwards nothing is left over.
 */
const clients = Number(process.env.FUZZ_SEEDS ?? 30)
const first = Number(process.env.FUZZ_FIRST ?? 1)
const perClient = 10

/** So far from one another that no mutation makes one into another. */
const markOf = (id: string) => createHash('sha256').update(id).digest('hex').slice(0, 16)

/** Every answer carries its request's id in head and body, and nothing else that looks like one. */
function answerTo(random: Random, id: string, method: string): string {
  const mark = `<${id}>`
  const body = mark.repeat(random.below(40))
  const head = `HTTP/1.1 ${random.pick([200, 200, 204, 304, 404, 500])} X\r\nx-mark: ${mark}\r\n`
  const sent = method === 'HEAD' ? '' : body
  const interim = random.chance(0.2) ? 'HTTP/1.1 103 Hints\r\nlink: a\r\n\r\n' : ''
  switch (random.below(4)) {
    case 0:
      return `${interim}${head}transfer-encoding: chunked\r\n\r\n${sent === '' ? '' : `${sent.length.toString(16)}\r\n${sent}\r\n`}0\r\n\r\n`
    case 1:
      return `${interim}${head}connection: close\r\n\r\n${sent}`
    default:
      return `${interim}${head}content-length: ${body.length}\r\n\r\n${sent}`
  }
}

for (const client of upstreamClients) {
  test(`whatever upstreams answer (${client}): nobody sees a byte of another's answer`, async t => {
    const random = createRandom(first)
    const upstream = await startRawUpstream(t, socket => {
      let pending = ''
      socket.on('data', async chunk => {
        pending += chunk.toString('latin1')
        for (let end = pending.indexOf('\r\n\r\n'); end !== -1; end = pending.indexOf('\r\n\r\n')) {
          const [, method = '', id = ''] = /^([A-Z]+) \/(\S*) /.exec(pending) ?? []
          pending = pending.slice(end + 4)
          let bytes = answerTo(random, id, method)
          if (random.chance(0.5)) bytes = mutate(random, bytes)
          if (random.chance(0.1)) bytes += answerTo(random, id, method)
          if (random.chance(0.1)) bytes = bytes.slice(0, random.below(bytes.length))
          for (const piece of random.pieces(bytes, 4)) {
            socket.write(Buffer.from(piece, 'latin1'))
            if (random.chance(0.5)) await new Promise(resolve => setImmediate(resolve))
          }
          if (/connection: close/.test(bytes) || random.chance(0.2)) socket.end()
          else if (random.chance(0.1)) socket.resetAndDestroy()
        }
      })
    })
    const gateway = await startGateway(t, {
      ...oneRoute({
        v1: upstream.url,
        policy: 'timeouts: { connectMs: 1000, headersMs: 300, bodyMs: 300 }\n',
      }),
      'switchback.yaml': processWith(client, 'log: { access: false }\n'),
    })

    function ask(id: string, method: string): Promise<string> {
      return new Promise(resolve => {
        const socket = connect({ port: gateway.port, host: '127.0.0.1' })
        let received = ''
        socket.on('error', () => {})
        socket.on('data', chunk => {
          received += chunk.toString('latin1')
        })
        socket.on('close', () => resolve(received))
        socket.write(`${method} /${id} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
      })
    }

    const marks = new Set<string>()

    async function call(caller: number): Promise<void> {
      for (let i = 0; i < perClient; i++) {
        const id = markOf(`${first}-${caller}-${i}`)
        marks.add(id)
        const received = await ask(id, random.pick(['GET', 'GET', 'HEAD', 'POST']))
        for (const [, found = ''] of received.matchAll(/<(\w{16})>/g)) {
          const foreign = found !== id && marks.has(found)
          assert.equal(foreign, false, `${id} received ${JSON.stringify(received)}`)
        }
        assert.match(received, /^HTTP\/1\.1 \d{3} |^$/)
      }
    }
    await Promise.all(Array.from({ length: clients }, (_, caller) => call(caller)))
    const errors = gateway.logLines.filter(line => line.includes('"level":50'))
    assert.deepEqual(errors, [])
  })
}
