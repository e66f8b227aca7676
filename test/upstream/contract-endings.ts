import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { describe, test } from 'node:test'
import { createManualClock } from '../support/manual-clock.ts'
import { type Character, stage } from './contract.ts'
import { answering, ok } from './raw-upstream.ts'
import { record } from './recorded-exchange.ts'

async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}

const headOnly = 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf'

export function endingsContract(character: Character): void {
  describe('endings', () => {
    test('a refused connection is connect-failed, with nothing sent', async t => {
      const origin = `http://127.0.0.1:${await closedPort()}`
      const { client } = await stage(t, character, {}, { origin })
      const recorded = record(client, { method: 'POST', bodyLength: 1 })
      recorded.exchange.write(Buffer.from('x'))
      assert.equal((await recorded.finished).fault, 'connect-failed')
      assert.deepEqual([recorded.exchange.sent, recorded.exchange.answered], [false, false])
      assert.equal(client.inFlight, 0)
    })

    test('a name that does not resolve is connect-failed', async t => {
      const { client } = await stage(t, character, {}, { origin: 'http://nowhere.invalid:80' })
      assert.equal((await record(client).finished).fault, 'connect-failed')
    })

    for (const [name, end] of [
      ['a FIN', 'end'],
      ['a RST', 'resetAndDestroy'],
    ] as const) {
      test(`${name} instead of an answer is a reset: sent, not answered`, async t => {
        const { client } = await stage(t, character, {
          async onPeer(peer) {
            await peer.until(received => received.endsWith('\r\n\r\n'))
            peer.socket[end]()
          },
        })
        const recorded = record(client)
        assert.equal((await recorded.finished).fault, 'reset')
        assert.deepEqual([recorded.exchange.sent, recorded.exchange.answered], [true, false])
      })
    }

    test('busy when all connections are in use, and only then', async t => {
      const { upstream, client } = await stage(t, character, { onPeer: answering('', ok) })
      const first = record(client)
      const peer = await upstream.peer(0)
      await peer.until(received => received.endsWith('\r\n\r\n'))
      assert.equal((await record(client).finished).fault, 'busy')
      assert.equal(client.inFlight, 1)
      peer.send(ok)
      await first.finished
      assert.equal((await record(client).finished).body, 'ok')
      assert.equal(client.inFlight, 0)
    })

    for (const phase of ['connecting', 'waiting', 'receiving', 'sending', 'queued'] as const) {
      test(`B36: abort while ${phase} is heard at once, closes the connection and leaks nothing`, async t => {
        const script =
          phase === 'queued'
            ? answering(ok, ok)
            : phase === 'receiving'
              ? answering(headOnly)
              : () => {}
        const { upstream, client } = await stage(t, character, { onPeer: script })
        if (phase === 'queued') await record(client).finished
        const recorded = record(
          client,
          phase === 'sending' ? { method: 'POST', bodyLength: -1 } : {},
        )
        if (phase === 'sending') recorded.exchange.write(Buffer.from('x'))
        if (phase === 'receiving') await recorded.head
        if (phase === 'sending' || phase === 'waiting') {
          await (await upstream.peer(0)).until(received => received.includes('\r\n\r\n'))
        }
        recorded.exchange.abort()
        assert.equal(recorded.fault, 'aborted')
        recorded.exchange.abort()
        recorded.exchange.resume()
        recorded.exchange.end()
        assert.equal(client.inFlight, 0)
        assert.equal(recorded.events.filter(event => event === 'fault').length, 1)
        // Were the abandoned request still queued, it would be sent before this one.
        if (phase === 'queued') assert.equal((await record(client).finished).body, 'ok')
        await client.close()
        for (const peer of upstream.peers) await peer.closed
        const received = upstream.peers.map(peer => peer.received).join('')
        if (phase === 'queued') assert.equal(received.match(/GET/g)?.length, 2)
      })
    }

    test('abort from within onHead: nothing more is told', async t => {
      const { client } = await stage(t, character, { onPeer: answering(ok) })
      const recorded = record(client, {}, { onHead: ({ exchange }) => exchange.abort() })
      await recorded.finished
      await client.close()
      assert.deepEqual(recorded.events, ['head', 'fault'])
    })

    test('B29: headers-timeout when no head comes, and not before', async t => {
      const clock = createManualClock()
      const { upstream, client } = await stage(t, character, {}, { clock })
      const recorded = record(client, { headersTimeoutMs: 1000 })
      const peer = await upstream.peer(0)
      await peer.until(received => received.endsWith('\r\n\r\n'))
      peer.send('HTTP/1.1 200 OK\r\nx: ')
      clock.advance(1000)
      assert.equal(recorded.fault, null)
      clock.advance(250)
      assert.equal((await recorded.finished).fault, 'headers-timeout')
      await peer.closed
    })

    test('a slow request body is not the upstream’s delay', async t => {
      const clock = createManualClock()
      const { upstream, client } = await stage(t, character, {}, { clock })
      const recorded = record(client, { method: 'POST', bodyLength: 2, headersTimeoutMs: 1000 })
      recorded.exchange.write(Buffer.from('a'))
      const peer = await upstream.peer(0)
      await peer.until(received => received.endsWith('a'))
      clock.advance(60_000)
      recorded.exchange.write(Buffer.from('b'))
      recorded.exchange.end()
      await peer.until(received => received.endsWith('ab'))
      peer.send(ok)
      assert.equal((await recorded.finished).body, 'ok')
    })

    test('B29: body-timeout between two pieces; a pause of ours does not count', async t => {
      const clock = createManualClock()
      const { upstream, client } = await stage(
        t,
        character,
        { onPeer: answering(headOnly) },
        { clock },
      )
      const paused = Promise.withResolvers<void>()
      const recorded = record(
        client,
        { bodyTimeoutMs: 1000 },
        {
          onData() {
            paused.resolve()
            return false
          },
        },
      )
      await paused.promise
      clock.advance(60_000)
      assert.equal(recorded.fault, null)
      recorded.exchange.resume()
      clock.advance(1250)
      assert.equal((await recorded.finished).fault, 'body-timeout')
      await (await upstream.peer(0)).closed
    })

    test('bodyTimeoutMs 0 waits for ever', async t => {
      const clock = createManualClock()
      const { upstream, client } = await stage(
        t,
        character,
        { onPeer: answering(headOnly) },
        { clock },
      )
      const recorded = record(client, { bodyTimeoutMs: 0 })
      await recorded.head
      clock.advance(3_600_000)
      ;(await upstream.peer(0)).send('whole')
      assert.equal((await recorded.finished).fault, null)
    })

    test('connect-timeout when the handshake does not end', async t => {
      const clock = createManualClock()
      const { upstream } = await stage(t, character)
      const origin = upstream.origin.replace('http:', 'https:')
      const { client } = await stage(t, character, {}, { clock, origin })
      const recorded = record(client, { connectTimeoutMs: 1000 })
      await upstream.peer(0)
      clock.advance(1250)
      assert.equal((await recorded.finished).fault, 'connect-timeout')
      assert.equal(recorded.exchange.sent, false)
      assert.equal(client.inFlight, 0)
    })

    test('close waits for what is in flight and refuses what comes after', async t => {
      const { upstream, client } = await stage(t, character)
      const recorded = record(client)
      const peer = await upstream.peer(0)
      await peer.until(received => received.endsWith('\r\n\r\n'))
      let closed = false
      const closing = client.close().then(() => {
        closed = true
      })
      assert.equal((await record(client).finished).fault, 'aborted')
      assert.equal(closed, false)
      peer.send(ok)
      assert.equal((await recorded.finished).body, 'ok')
      await closing
      await peer.closed
    })

    test('close ends idle connections', async t => {
      const { upstream, client } = await stage(t, character, { onPeer: answering(ok) })
      await record(client).finished
      await client.close()
      await (await upstream.peer(0)).closed
    })
  })
}
