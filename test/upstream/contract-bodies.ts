import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Character, stage } from './contract.ts'
import { answering, ok } from './raw-upstream.ts'
import { type Recorded, record } from './recorded-exchange.ts'

const mebibyte = 1024 * 1024

/** Writes `total` bytes as fast as the exchange takes them. */
function upload(total: number, piece: Buffer): (recorded: Recorded) => void {
  let left = total
  return ({ exchange }) => {
    while (left > 0) {
      left -= piece.length
      if (!exchange.write(piece)) break
    }
    if (left === 0) {
      left = -1
      exchange.end()
    }
  }
}

export function bodiesContract(character: Character): void {
  describe('bodies', () => {
    test('a paused consumer of 64 MiB holds the upstream back, and gets every byte', async t => {
      const size = 64 * mebibyte
      let unsent = 0
      const { client } = await stage(t, character, {
        async onPeer({ socket, until, send }) {
          await until(received => received.endsWith('\r\n\r\n'))
          send(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n`)
          const piece = Buffer.alloc(mebibyte, 'x')
          for (unsent = size; unsent > 0; unsent -= piece.length) {
            if (!socket.write(piece)) {
              await new Promise(resolve => socket.once('drain', resolve))
            }
          }
        },
      })
      let received = 0
      let mostAhead = 0
      const answer = await record(
        client,
        {},
        {
          onData(chunk, { exchange }) {
            received += chunk.length
            mostAhead = Math.max(mostAhead, size - unsent - received)
            setImmediate(() => exchange.resume())
            return false
          },
        },
      ).finished
      assert.deepEqual([answer.fault, received], [null, size])
      // What is ahead of the consumer stands in the kernel's buffers, not in ours.
      assert.ok(mostAhead < 24 * mebibyte, `${mostAhead} bytes ahead`)
    })

    test('while paused, at most one read follows', async t => {
      const { upstream, client } = await stage(t, character, {
        onPeer: answering(`HTTP/1.1 200 OK\r\ncontent-length: ${8 * mebibyte}\r\n\r\n`),
      })
      let received = 0
      const recorded = record(
        client,
        {},
        {
          onData(chunk) {
            received += chunk.length
            return false
          },
        },
      )
      await recorded.head
      const { socket } = await upstream.peer(0)
      await new Promise(resolve => {
        socket.write(Buffer.alloc(8 * mebibyte), resolve)
        setTimeout(resolve, 50)
      })
      assert.ok(received > 0 && received <= 2 * 65_536, `${received} bytes`)
      recorded.exchange.abort()
      assert.equal((await recorded.finished).fault, 'aborted')
    })

    test('a sink that pauses at the last piece leaves a connection that can be used', async t => {
      const { upstream, client } = await stage(t, character, { onPeer: answering(ok, ok) })
      const first = record(client, {}, { onData: () => false })
      setImmediate(() => first.exchange.resume())
      await first.head
      first.exchange.resume()
      await first.finished
      assert.equal((await record(client).finished).body, 'ok')
      assert.equal(upstream.peers.length, 1)
    })

    for (const bodyLength of [16 * mebibyte, -1]) {
      const kind = bodyLength < 0 ? 'chunked' : 'counted'
      test(`a ${kind} upload waits for an upstream that does not read, then goes on`, async t => {
        const { upstream, client } = await stage(t, character, { paused: true })
        let drains = 0
        const next = upload(16 * mebibyte, Buffer.alloc(65_536, 'x'))
        const recorded = record(
          client,
          { method: 'POST', bodyLength },
          {
            onDrain(recorded) {
              drains++
              next(recorded)
            },
          },
        )
        next(recorded)
        const { socket } = await upstream.peer(0)
        let received = 0
        let headBytes = 0
        let tail = ''
        socket.on('data', chunk => {
          if (headBytes === 0) headBytes = chunk.indexOf('\r\n\r\n') + 4
          received += chunk.length
          tail = (tail + chunk.toString('latin1')).slice(-7)
          const whole =
            bodyLength < 0 ? tail === '\r\n0\r\n\r\n' : received === headBytes + 16 * mebibyte
          if (whole) socket.write(ok)
        })
        socket.resume()
        assert.equal((await recorded.finished).body, 'ok')
        assert.ok(drains > 1, `${drains} drains`)
        assert.ok(received > 16 * mebibyte)
      })
    }

    test('an early answer is delivered, and the connection not used again', async t => {
      const { upstream, client } = await stage(t, character, {
        onPeer: answering('HTTP/1.1 413 Too Large\r\ncontent-length: 2\r\n\r\nno', ok),
      })
      const recorded = record(client, { method: 'POST', bodyLength: 1000 })
      recorded.exchange.write(Buffer.alloc(10, 'x'))
      const answer = await recorded.finished
      assert.deepEqual([answer.status, answer.body, answer.fault], [413, 'no', null])
      assert.equal(recorded.exchange.write(Buffer.alloc(10)), true)
      recorded.exchange.end()
      await (await upstream.peer(0)).closed
      await record(client).finished
      assert.equal(upstream.peers.length, 2)
    })

    test('more than the declared length is never sent', async t => {
      const { upstream, client } = await stage(t, character)
      const recorded = record(client, { method: 'POST', bodyLength: 5 })
      recorded.exchange.write(Buffer.from('abc'))
      const peer = await upstream.peer(0)
      await peer.until(received => received.endsWith('abc'))
      recorded.exchange.write(Buffer.from('GET /evil'))
      assert.equal((await recorded.finished).fault, 'aborted')
      await peer.closed
      assert.ok(peer.received.endsWith('\r\n\r\nabc'))
    })

    test('less than the declared length is a broken request, not a short one', async t => {
      const { upstream, client } = await stage(t, character)
      const recorded = record(client, { method: 'POST', bodyLength: 5 })
      recorded.exchange.write(Buffer.from('abc'))
      const peer = await upstream.peer(0)
      await peer.until(received => received.endsWith('abc'))
      recorded.exchange.end()
      assert.equal((await recorded.finished).fault, 'aborted')
      await peer.closed
      assert.match(peer.received, /content-length: 5\r\n\r\nabc$/)
    })

    test('a body for a request that has none ends it', async t => {
      const { client } = await stage(t, character)
      const recorded = record(client)
      recorded.exchange.write(Buffer.from('x'))
      assert.equal((await recorded.finished).fault, 'aborted')
    })
  })
}
