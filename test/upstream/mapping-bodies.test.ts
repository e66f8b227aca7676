import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { systemClock } from '../../src/clock.ts'
import type { MappingConfig } from '../../src/config/schema-mapping.ts'
import type { OriginClient } from '../../src/upstream/client.ts'
import { dialTarget } from '../../src/upstream/dial-target.ts'
import { createHttp1Client } from '../../src/upstream/http1/client.ts'
import { createMappedClient } from '../../src/upstream/mapping/mapped-client.ts'
import { createMapping, type MappingEvent } from '../../src/upstream/mapping/mapping.ts'
import {
  createMappingThread,
  type MappingThread,
} from '../../src/upstream/mapping/mapping-thread.ts'
import { mappingConfig, mappingProgram } from './mapping-parts.ts'
import { type Peer, type RawUpstream, startRawUpstream } from './raw-upstream.ts'
import { record } from './recorded-exchange.ts'

interface Stage {
  readonly upstream: RawUpstream
  readonly client: OriginClient
  readonly events: MappingEvent[]
  readonly mapper: MappingThread
}

async function stage(
  t: TestContext,
  config: Parameters<typeof mappingConfig>[0],
  onPeer: (peer: Peer) => void = () => {},
): Promise<Stage> {
  const upstream = await startRawUpstream({ onPeer })
  const mapper = createMappingThread({ program: mappingProgram, clock: systemClock })
  const events: MappingEvent[] = []
  const options = { maxConnections: 4, keepAliveTimeoutMs: 60_000, maxHeaderBytes: 16_384 }
  const client = createMappedClient({
    client: createHttp1Client({
      target: dialTarget(upstream.origin),
      ...options,
      ...{ clock: systemClock, awake: systemClock },
    }),
    mapping: createMapping(mappingConfig(config) satisfies MappingConfig),
    mapper: mapper.mapperFor('offers v2'),
    onFailed: event => void events.push(event),
    room: null,
  })
  t.after(async () => {
    await upstream.close()
    await client.close()
    mapper.close()
  })
  return { upstream, client, events, mapper }
}

/** Answers once what was sent ends as said, with this head and body. */
function answer(
  head: string,
  body: Buffer | string,
  requestEnd = '\r\n\r\n',
): (peer: Peer) => void {
  return async peer => {
    await peer.until(received => received.endsWith(requestEnd))
    peer.socket.write(`HTTP/1.1 ${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`)
    peer.socket.write(body)
  }
}

const json = 'content-type: application/json'
const jobs = '{"jobs":[{"jobId":1}]}'
const toOffers = '{ "offers": [jobs.{ "id": jobId }] }'
const offers = '{"offers":[{"id":1}]}'
const posted = ['host', 'service.test', 'content-type', 'application/json']

describe('an answer', () => {
  test('is told as a whole, in the clients’ language and with its own length', async t => {
    const { client } = await stage(
      t,
      { response: { body: toOffers } },
      answer(`200 OK\r\n${json}\r\ncontent-md5: x\r\nrepr-digest: y\r\naccept-ranges: bytes`, jobs),
    )
    const { status, headers, body, events } = await record(client).finished
    assert.deepEqual([status, body], [200, offers])
    assert.deepEqual(headers, ['content-type', 'application/json', 'content-length', '21'])
    assert.deepEqual(events, ['head', 'data', 'end'])
    assert.equal(client.inFlight, 0)
  })

  for (const [coding, encode] of Object.entries({ gzip: gzipSync, br: brotliCompressSync })) {
    test(`is mapped out of ${coding}, which nobody asked for`, async t => {
      const head = `200 OK\r\n${json}\r\ncontent-encoding: ${coding}`
      const { client, upstream } = await stage(
        t,
        { response: { body: toOffers } },
        answer(head, encode(jobs)),
      )
      const request = { headers: ['host', 'a', 'accept-encoding', 'gzip', 'range', 'bytes=0-1'] }
      const { headers, body } = await record(client, request).finished
      assert.equal(body, offers)
      assert.ok(!headers.includes('content-encoding'))
      assert.match(upstream.peers[0]?.received ?? '', /\r\naccept-encoding: identity\r\n\r\n$/)
      assert.doesNotMatch(upstream.peers[0]?.received ?? '', /gzip|range/)
    })
  }

  const unmapped: Readonly<Record<string, readonly [head: string, body: string]>> = {
    'of another type': ['200 OK\r\ncontent-type: text/html', jobs],
    'that is an error, without an expression for errors': [`404 Not Found\r\n${json}`, jobs],
    'that leads elsewhere': [`302 Found\r\n${json}`, jobs],
    'without content': [`200 OK\r\n${json}`, ''],
  }
  for (const [name, [head, body]] of Object.entries(unmapped)) {
    test(`${name} passes as it is`, async t => {
      const { client } = await stage(t, { response: { body: toOffers } }, answer(head, body))
      const answered = await record(client).finished
      assert.deepEqual([answered.fault, answered.body], [null, body])
      assert.ok(answered.headers.includes(String(body.length)))
    })
  }

  test('that is an error is mapped by its own expression, which knows the status', async t => {
    const { client } = await stage(
      t,
      { response: { errorBody: '{ "code": $status, "at": $path, "q": $query.a, "b": $query.b }' } },
      answer(`404 Not Found\r\ncontent-type: application/problem+json`, '{}'),
    )
    const { status, body } = await record(client, { target: '/offers?a=1&b=x%20y&b=z' }).finished
    assert.equal(status, 404)
    assert.deepEqual(JSON.parse(body), { code: 404, at: '/offers', q: '1', b: ['x y', 'z'] })
  })

  test('to HEAD has no length, since nobody knows the one it would have', async t => {
    const { client } = await stage(
      t,
      { response: { body: toOffers } },
      answer(`200 OK\r\n${json}\r\netag: "a"`, ''),
    )
    const { headers, fault } = await record(client, { method: 'HEAD' }).finished
    assert.equal(fault, null)
    assert.deepEqual(headers.slice(0, 3), ['content-type', 'application/json', 'etag'])
    assert.ok(!headers.includes('content-length'))
  })

  const failing: Readonly<
    Record<string, readonly [MappingEvent['reason'], string, Buffer | string]>
  > = {
    'invalid JSON': ['not-json', `200 OK\r\n${json}`, '{"jobs":'],
    'JSON in Latin-1': ['not-json', `200 OK\r\n${json}`, Buffer.from('"caf\xe9"', 'latin1')],
    'a broken coding': ['unknown-coding', `200 OK\r\n${json}\r\ncontent-encoding: gzip`, jobs],
    'an unknown coding': ['unknown-coding', `200 OK\r\n${json}\r\ncontent-encoding: x-y`, jobs],
    'a part': ['partial', `206 Partial Content\r\n${json}`, jobs],
    'an id that would lose digits': [
      'number-too-large',
      `200 OK\r\n${json}`,
      '{"jobs":[{"jobId":9007199254740993}]}',
    ],
    'a body over the limit': ['too-large', `200 OK\r\n${json}`, `"${'x'.repeat(5000)}"`],
    'a body over the limit once decoded': [
      'too-large',
      `200 OK\r\n${json}\r\ncontent-encoding: gzip`,
      gzipSync(Buffer.alloc(1_048_576, ' ')),
    ],
    'a coding that asks for 128 MiB of memory': [
      'unknown-coding',
      `200 OK\r\n${json}\r\ncontent-encoding: zstd`,
      wideWindow(jobs),
    ],
    'nothing to map': ['no-result', `200 OK\r\n${json}`, '{}'],
    'a value of another type': ['expression-failed', `200 OK\r\n${json}`, '{"jobs":{"jobId":"x"}}'],
  }
  test('for which the thread has no time blames nobody', async t => {
    const respond = answer(`200 OK\r\n${json}`, jobs)
    const { client, events, mapper } = await stage(t, { response: { body: toOffers } }, respond)
    mapper.close()
    const { fault } = await record(client).finished
    assert.deepEqual([fault, events.map(({ reason }) => reason)], ['busy', ['closed']])
  })

  test('whose expression overran too often fails by its own doing, at once', async t => {
    const respond = ({ socket }: Peer): void => {
      const head = `HTTP/1.1 200 OK\r\n${json}\r\ncontent-length: ${jobs.length}`
      socket.on('data', () => socket.write(`${head}\r\n\r\n${jobs}`))
    }
    const loop = { response: { body: '($f := function() { $f() }; $f())' }, timeoutMs: 400 }
    const { client, events } = await stage(t, loop, respond)
    for (let i = 0; i < 4; i++) {
      assert.equal((await record(client).finished).fault, 'mapping-failed')
    }
    const reasons = events.map(({ reason }) => reason)
    assert.deepEqual(reasons, ['too-slow', 'too-slow', 'too-slow', 'resting'])
  })

  for (const [name, [reason, head, body]] of Object.entries(failing)) {
    test(`of ${name} is never told, and fails as ${reason}`, async t => {
      const { client, events, upstream } = await stage(
        t,
        { response: { body: 'jobs.{ "id": jobId + 1 }' }, maxBodyBytes: 4096 },
        answer(head, body),
      )
      const recorded = record(client)
      const { fault, events: heard } = await recorded.finished
      assert.deepEqual([fault, heard], ['mapping-failed', ['fault']])
      assert.deepEqual([recorded.exchange.sent, recorded.exchange.answered], [true, true])
      assert.deepEqual(
        events.map(({ field, reason }) => `${field} ${reason}`),
        [`response.body ${reason}`],
      )
      assert.equal(client.inFlight, 0)
      assert.equal(upstream.peers.length, 1)
    })
  }

  test('of 10 MB that would become 10 GB is given up at the limit', async t => {
    const member = gzipSync(Buffer.alloc(10_485_760, ' '))
    const bomb = Buffer.concat(Array.from({ length: 1024 }, () => member))
    const { client, events } = await stage(
      t,
      { response: { body: '$' }, maxBodyBytes: 16_777_216, timeoutMs: 20_000 },
      answer(`200 OK\r\n${json}\r\ncontent-encoding: gzip`, bomb),
    )
    assert.equal((await record(client).finished).fault, 'mapping-failed')
    assert.equal(events[0]?.reason, 'too-large')
  })

  test('that is broken off while it is gathered is a reset, without a head', async t => {
    const { client } = await stage(t, { response: { body: '$' } }, async peer => {
      await peer.until(received => received.endsWith('\r\n\r\n'))
      peer.socket.end(`HTTP/1.1 200 OK\r\n${json}\r\ncontent-length: 9\r\n\r\n{"a"`)
    })
    const { fault, events } = await record(client).finished
    assert.deepEqual([fault, events], ['reset', ['fault']])
  })

  test('is nobody’s once the exchange was aborted, while it is gathered or mapped', async t => {
    const { client } = await stage(t, { response: { body: '$' } }, answer(`200 OK\r\n${json}`, '1'))
    const first = record(client, {}, { onHead: ({ exchange }) => exchange.abort() })
    assert.deepEqual((await first.finished).events, ['head', 'fault'])
    const second = record(client)
    second.exchange.abort()
    assert.deepEqual([second.fault, client.inFlight], ['aborted', 0])
  })
})

describe('a request', () => {
  const config = { request: { body: '{ "jobId": offerId, "by": $method }' } }

  for (const bodyLength of [14, -1]) {
    test(`of length ${bodyLength} is sent when it is whole, with its exact length`, async t => {
      const sent = '{"jobId":12,"by":"POST"}'
      const { client, upstream } = await stage(t, config)
      const recorded = record(client, { method: 'POST', headers: posted, bodyLength })
      assert.equal(recorded.exchange.write(Buffer.from('{"offerId":')), true)
      assert.equal(recorded.exchange.write(Buffer.from('12}')), true)
      assert.deepEqual([recorded.exchange.sent, client.inFlight], [false, 1])
      recorded.exchange.end()
      const peer = await upstream.peer(0)
      await peer.until(received => received.endsWith(`\r\n\r\n${sent}`))
      assert.equal(client.inFlight, 1)
      peer.send('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')
      assert.equal((await recorded.finished).body, 'ok')
      const { received } = peer
      assert.equal(received.match(/^content-length: 24\r$/gm)?.length, 1)
      assert.doesNotMatch(received, /transfer-encoding/)
      assert.equal(recorded.exchange.sent, true)
    })
  }

  test('loses the digests of the body that it had, and its coding', async t => {
    const { client, upstream } = await stage(t, config, answer('200 OK', 'ok', '}'))
    const body = gzipSync('{"offerId":1}')
    const headers = [...posted, 'content-encoding', 'gzip', 'content-digest', 'sha-256=:x:']
    const recorded = record(client, { method: 'PUT', headers, bodyLength: body.length })
    recorded.exchange.write(body)
    recorded.exchange.end()
    await recorded.finished
    const received = upstream.peers[0]?.received ?? ''
    assert.ok(received.endsWith('{"jobId":1,"by":"PUT"}'))
    assert.doesNotMatch(received, /digest|gzip/)
  })

  test('of another type is streamed as it is', async t => {
    const { client } = await stage(t, config, answer('200 OK', 'ok', 'half of it'))
    const headers = ['host', 'service.test', 'content-type', 'text/plain']
    const recorded = record(client, { method: 'POST', headers, bodyLength: 100 })
    recorded.exchange.write(Buffer.from('half of it'))
    assert.equal((await recorded.finished).body, 'ok')
  })

  test('of unknown length that is empty is sent without a body', async t => {
    const { client, upstream } = await stage(t, config, answer('200 OK', 'ok'))
    const recorded = record(client, { method: 'POST', headers: posted, bodyLength: -1 })
    recorded.exchange.end()
    assert.equal((await recorded.finished).body, 'ok')
    assert.match(upstream.peers[0]?.received ?? '', /content-length: 0\r\n\r\n$/)
  })

  const failing: Readonly<Record<string, readonly [fault: string, reason: string, body: string]>> =
    {
      'is no JSON': ['unmappable', 'not-json', '{"offerId":'],
      'is over the limit': ['unmappable', 'too-large', `"${'x'.repeat(5000)}"`],
      'holds an id that would lose digits': ['unmappable', 'number-too-large', '9007199254740993'],
      'is of a kind that the expression cannot take': [
        'mapping-failed',
        'expression-failed',
        '{"offerId":"x"}',
      ],
      'gives nothing': ['mapping-failed', 'no-result', '{"nothing":1}'],
    }
  for (const [name, [expected, reason, body]] of Object.entries(failing)) {
    for (const bodyLength of [body.length, -1]) {
      test(`that ${name} is ${expected} and not sent, of length ${bodyLength}`, async t => {
        const { client, events, upstream } = await stage(t, {
          request: { body: 'offerId ? offerId * 2' },
          maxBodyBytes: 4096,
        })
        const recorded = record(client, { method: 'POST', headers: posted, bodyLength })
        recorded.exchange.write(Buffer.from(body))
        recorded.exchange.end()
        assert.equal((await recorded.finished).fault, expected)
        assert.equal(recorded.exchange.sent, false)
        assert.deepEqual(
          events.map(event => `${event.field} ${event.reason}`),
          [`request.body ${reason}`],
        )
        assert.deepEqual([client.inFlight, upstream.peers.length], [0, 0])
      })
    }
  }

  test('that is longer or shorter than declared is broken off, as by any client', async t => {
    const { client, upstream } = await stage(t, config)
    for (const [declared, end] of [
      [3, false],
      [9, true],
    ] as const) {
      const recorded = record(client, { method: 'POST', headers: posted, bodyLength: declared })
      recorded.exchange.write(Buffer.from('{"a":1}'))
      if (end) recorded.exchange.end()
      assert.equal((await recorded.finished).fault, 'aborted')
    }
    assert.equal(upstream.peers.length, 0)
  })

  test('is waited for by close, while its body is mapped', async t => {
    const { client } = await stage(t, config, answer('200 OK', 'ok', '}'))
    const recorded = record(client, { method: 'POST', headers: posted, bodyLength: -1 })
    recorded.exchange.write(Buffer.from('{"offerId":1}'))
    const closed = client.close()
    assert.equal((await record(client).finished).fault, 'aborted')
    recorded.exchange.end()
    assert.equal((await recorded.finished).body, 'ok')
    await closed
  })
})

test('what JSONata says of a failure holds nothing of the body', async t => {
  const secret = '"4111-1111-1111-1111"'
  const { client, events } = await stage(
    t,
    { response: { body: '$number(card) + 1', errorBody: '$error("card " & card)' } },
    async peer => {
      const body = `{"card":${secret}}`
      const head = (status: string) =>
        `HTTP/1.1 ${status}\r\n${json}\r\ncontent-length: ${body.length}\r\n\r\n${body}`
      await peer.until(received => received.endsWith('\r\n\r\n'))
      peer.send(head('200 OK'))
      await peer.until(received => received.split('\r\n\r\n').length === 3)
      peer.send(head('500 Oops'))
    },
  )
  await record(client).finished
  await record(client).finished
  assert.deepEqual(
    events.map(({ detail }) => detail),
    [
      'D3030 at character 8: Unable to cast value to a number: ***',
      'D3137 at character 7: by $error or $assert',
    ],
  )
})

/** A zstd frame (RFC 8878) of one raw block that claims a window of 128 MiB. */
function wideWindow(content: string): Buffer {
  const block = Buffer.alloc(3)
  block.writeUIntLE((content.length << 3) | 1, 0, 3)
  // Magic number; no content size and no checksum; exponent 17: 2^(10+17).
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 17 << 3])
  return Buffer.concat([head, block, Buffer.from(content)])
}
