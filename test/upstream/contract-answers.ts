import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Character, stage } from './contract.ts'
import { answering, ok } from './raw-upstream.ts'
import { record } from './recorded-exchange.ts'

const chunkedHead = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'

/** Each ends with a FIN, so that a client that waits for more is not left waiting. */
const malformed: Record<string, string> = {
  'no HTTP at all': 'SSH-2.0-OpenSSH_9\r\n\r\n',
  'HTTP/2.0': 'HTTP/2.0 200 OK\r\ncontent-length: 0\r\n\r\n',
  'status 99': 'HTTP/1.1 099 OK\r\ncontent-length: 0\r\n\r\n',
  'status 600': 'HTTP/1.1 600 OK\r\ncontent-length: 0\r\n\r\n',
  'bare LF line ends': 'HTTP/1.1 200 OK\ncontent-length: 0\n\n',
  'a bare CR in a value': 'HTTP/1.1 200 OK\r\na: b\rc\r\ncontent-length: 0\r\n\r\n',
  'a NUL in a value': 'HTTP/1.1 200 OK\r\na: b\0c\r\ncontent-length: 0\r\n\r\n',
  'an ESC in a value': 'HTTP/1.1 200 OK\r\na: b\x1bc\r\ncontent-length: 0\r\n\r\n',
  'a space before the colon': 'HTTP/1.1 200 OK\r\ncontent-length : 0\r\n\r\n',
  'a folded line': 'HTTP/1.1 200 OK\r\na: b\r\n c\r\ncontent-length: 0\r\n\r\n',
  'two Content-Length that differ':
    'HTTP/1.1 200 OK\r\ncontent-length: 0\r\ncontent-length: 5\r\n\r\n',
  'two Content-Length that agree':
    'HTTP/1.1 200 OK\r\ncontent-length: 0\r\ncontent-length: 0\r\n\r\n',
  'a Content-Length list': 'HTTP/1.1 200 OK\r\ncontent-length: 0, 0\r\n\r\n',
  'a signed Content-Length': 'HTTP/1.1 200 OK\r\ncontent-length: +0\r\n\r\n',
  'Content-Length and Transfer-Encoding':
    'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  'another transfer coding before chunked':
    'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
  'an unknown transfer coding': 'HTTP/1.1 200 OK\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n',
  'chunked under HTTP/1.0': 'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  'a 101 that nobody asked for':
    'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
  'a head over the limit': `HTTP/1.1 200 OK\r\na: ${'b'.repeat(16_384)}\r\ncontent-length: 0\r\n\r\n`,
  'a flood of interim answers': `${'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(17)}${ok}`,
  'a chunk size that is no number': `${chunkedHead}z\r\n\r\n0\r\n\r\n`,
  'a chunk size over 2^53': `${chunkedHead}10000000000000000\r\na`,
  'a chunk without its CRLF': `${chunkedHead}1\r\naX0\r\n\r\n`,
  'a chunk-extension flood': `${chunkedHead}${`1;${'a'.repeat(999)}\r\nx\r\n`.repeat(40)}0\r\n\r\n`,
  'a trailer flood': `${chunkedHead}0\r\n${`a: ${'b'.repeat(996)}\r\n`.repeat(40)}\r\n`,
}

export function answersContract(character: Character): void {
  describe('answers', () => {
    for (const [name, text] of Object.entries(malformed)) {
      test(`${name}`, async t => {
        const onPeer = answering(text)
        const { upstream, client } = await stage(t, character, {
          onPeer: peer => void Promise.resolve(onPeer(peer)).then(() => peer.socket.end()),
        })
        const { fault } = await record(client).finished
        const expected = character.accepts.includes(name)
          ? null
          : character.resets.includes(name)
            ? 'reset'
            : 'protocol'
        assert.equal(fault, expected)
        await (await upstream.peer(0)).closed
      })
    }

    test('B22: 103 is passed on, and the final answer is intact', async t => {
      const { client } = await stage(t, character, {
        onPeer: answering(`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${ok}`),
      })
      const answer = await record(client).finished
      assert.deepEqual(answer.information, [[103, ['link', '</a>']]])
      assert.deepEqual([answer.status, answer.body], [200, 'ok'])
      assert.deepEqual(answer.events, ['information', 'head', 'data', 'end'])
    })

    test('B22: a 100 that nobody asked for', async t => {
      const { client } = await stage(t, character, {
        onPeer: answering(`HTTP/1.1 100 Continue\r\n\r\n${ok}`),
      })
      const answer = await record(client).finished
      if (character.passes100) {
        assert.deepEqual([answer.information, answer.body], [[[100, []]], 'ok'])
      } else {
        assert.equal(answer.fault, 'protocol')
      }
    })

    test('B23: trailers are dropped, never merged with the headers', async t => {
      const trailers = 'etag: x\r\nauthorization: x\r\nset-cookie: y\r\n'
      const { upstream, client } = await stage(t, character, {
        onPeer: answering(`${chunkedHead}2\r\nok\r\n0\r\n${trailers}\r\n`, ok),
      })
      const first = await record(client).finished
      assert.deepEqual(first.headers, ['transfer-encoding', 'chunked'])
      assert.deepEqual(first.events, ['head', 'data', 'end'])
      assert.equal((await record(client).finished).body, 'ok')
      assert.equal(upstream.peers.length, 1)
    })

    test('B23: framing among the trailers frames nothing', async t => {
      const trailers = 'content-length: 9\r\ntransfer-encoding: chunked\r\n'
      const { client } = await stage(t, character, {
        onPeer: answering(`${chunkedHead}2\r\nok\r\n0\r\n${trailers}\r\n`, ok),
      })
      const first = await record(client).finished
      assert.equal(first.body, 'ok')
      assert.equal(first.fault, character.refusesFramingTrailers ? 'protocol' : null)
    })

    test('B26: __proto__ is a header like any other', async t => {
      const { client } = await stage(t, character, {
        onPeer: answering(
          'HTTP/1.1 200 OK\r\n__proto__: x\r\nconstructor: y\r\ncontent-length: 0\r\n\r\n',
        ),
      })
      const { headers } = await record(client).finished
      assert.deepEqual(headers, ['__proto__', 'x', 'constructor', 'y', 'content-length', '0'])
    })

    test('header values keep their bytes above 127', async t => {
      const { client } = await stage(t, character, {
        onPeer: answering('HTTP/1.1 200 OK\r\nX-Name: caf\xe9\r\ncontent-length: 0\r\n\r\n'),
      })
      assert.deepEqual((await record(client).finished).headers.slice(0, 2), ['x-name', 'caf\xe9'])
    })

    for (const [name, text] of Object.entries({
      'Content-Length': 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf',
      chunked: `${chunkedHead}4\r\nhalf\r\n`,
      'a head': 'HTTP/1.1 200 OK\r\ncontent-le',
    })) {
      test(`B37: ${name} cut short by a FIN is a reset, never an end`, async t => {
        const onPeer = answering(text)
        const { client } = await stage(t, character, {
          onPeer: peer => void Promise.resolve(onPeer(peer)).then(() => peer.socket.end()),
        })
        const recorded = record(client)
        const answer = await recorded.finished
        assert.equal(answer.fault, 'reset')
        assert.ok(!answer.events.includes('end'))
        assert.equal(recorded.exchange.answered, true)
      })
    }

    test('a body without a length ends with the FIN', async t => {
      const onPeer = answering('HTTP/1.1 200 OK\r\n\r\nall of it')
      const { upstream, client } = await stage(t, character, {
        onPeer: peer => void Promise.resolve(onPeer(peer)).then(() => peer.socket.end()),
      })
      const answer = await record(client).finished
      assert.deepEqual([answer.fault, answer.body], [null, 'all of it'])
      await record(client).finished
      assert.equal(upstream.peers.length, 2)
    })

    test('B37: a body without a length broken off by a RST is a reset', async t => {
      const { upstream, client } = await stage(t, character, {
        onPeer: answering('HTTP/1.1 200 OK\r\n\r\nhalf'),
      })
      const recorded = record(client, {}, { onData: () => true })
      await recorded.head
      ;(await upstream.peer(0)).socket.resetAndDestroy()
      assert.equal((await recorded.finished).fault, character.resetEndsUnframed ? null : 'reset')
    })

    test('an answer that comes byte by byte is the same answer', async t => {
      const text =
        'HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nok\r\n0\r\na: b\r\n\r\n'
      const { client } = await stage(t, character, {
        async onPeer(peer) {
          peer.socket.setNoDelay(true)
          await peer.until(received => received.endsWith('\r\n\r\n'))
          for (const byte of text) {
            await new Promise(resolve => peer.socket.write(byte, 'latin1', resolve))
            await new Promise(resolve => setImmediate(resolve))
          }
        },
      })
      const answer = await record(client).finished
      assert.deepEqual([answer.status, answer.body, answer.fault], [200, 'ok', null])
    })

    for (const text of [
      'HTTP/1.1 204 No Content\r\n\r\n',
      'HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n',
    ]) {
      test(`no body is awaited after ${text.slice(9, 12)}`, async t => {
        const { client } = await stage(t, character, { onPeer: answering(text) })
        assert.deepEqual((await record(client).finished).events, ['head', 'end'])
      })
    }

    test('no body is awaited for HEAD', async t => {
      const text = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n'
      const { upstream, client } = await stage(t, character, { onPeer: answering(text, ok) })
      assert.deepEqual((await record(client, { method: 'HEAD' }).finished).events, ['head', 'end'])
      await record(client, { method: 'HEAD' }).finished
      assert.equal(upstream.peers.length, character.keepsAfterHead ? 1 : 2)
    })
  })
}
