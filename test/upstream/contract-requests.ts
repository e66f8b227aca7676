import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { UpstreamRequest } from '../../src/upstream/client.ts'
import { type Character, stage } from './contract.ts'
import { answering, ok } from './raw-upstream.ts'
import { record } from './recorded-exchange.ts'

const impossible: Record<string, Partial<UpstreamRequest>> = {
  'a CR LF in a value': { headers: ['host', 'a', 'x', 'b\r\nevil: 1'] },
  'a bare LF in a value': { headers: ['host', 'a', 'x', 'b\nc'] },
  'a NUL in a value': { headers: ['host', 'a', 'x', 'b\0c'] },
  'a letter that latin1 would cut down to CR': { headers: ['host', 'a', 'x', 'b\u010dc'] },
  'a space in a name': { headers: ['host', 'a', 'x y', 'b'] },
  'a colon in a name': { headers: ['host', 'a', 'x:y', 'b'] },
  'no host': { headers: ['x', 'a'] },
  'two hosts': { headers: ['host', 'a', 'host', 'b'] },
  'a content-length': { headers: ['host', 'a', 'content-length', '5'] },
  'a transfer-encoding': { headers: ['host', 'a', 'transfer-encoding', 'chunked'] },
  'a connection header': { headers: ['host', 'a', 'connection', 'close'] },
  'a space in the target': { target: '/a HTTP/1.1' },
  'a CR LF in the target': { target: '/a\r\nx: y' },
  'an empty target': { target: '' },
  'a method that is no token': { method: 'GET /' },
}

export function requestsContract(character: Character): void {
  describe('requests', () => {
    test('B16: head, one host, no framing for a GET without body', async t => {
      const { upstream, client } = await stage(t, character, { onPeer: answering(ok) })
      const headers = ['host', 'service.test:81', 'x-thing', 'caf\xe9']
      await record(client, { target: '/a?b=c', headers }).finished
      const { received } = await upstream.peer(0)
      assert.ok(received.startsWith('GET /a?b=c HTTP/1.1\r\n'))
      assert.equal(received.match(/^host: service\.test:81\r$/gm)?.length, 1)
      assert.ok(received.includes('x-thing: caf\xe9\r\n'))
      assert.doesNotMatch(received, /content-length|transfer-encoding/i)
    })

    for (const method of ['POST', 'PUT', 'PATCH']) {
      test(`B16: ${method} without body says content-length: 0`, async t => {
        const { upstream, client } = await stage(t, character, { onPeer: answering(ok) })
        await record(client, { method }).finished
        assert.equal(upstream.peers[0]?.received.match(/^content-length: 0\r$/gm)?.length, 1)
      })
    }

    for (const method of ['GET', 'DELETE', 'OPTIONS', 'POST']) {
      test(`B15, B16: ${method} with a counted body`, async t => {
        const { upstream, client } = await stage(t, character, {
          async onPeer(peer) {
            await peer.until(received => received.endsWith('hello'))
            peer.send(ok)
          },
        })
        const recorded = record(client, { method, bodyLength: 5 })
        recorded.exchange.write(Buffer.from('hel'))
        recorded.exchange.write(Buffer.alloc(0))
        recorded.exchange.write(Buffer.from('lo'))
        recorded.exchange.end()
        assert.equal((await recorded.finished).body, 'ok')
        const received = upstream.peers[0]?.received ?? ''
        assert.match(received, /\r\ncontent-length: 5\r\n/)
        assert.doesNotMatch(received, /transfer-encoding/)
        assert.ok(received.endsWith('\r\n\r\nhello'))
      })

      test(`B15, B16: ${method} with a body of unknown length is chunked`, async t => {
        const { upstream, client } = await stage(t, character, {
          async onPeer(peer) {
            await peer.until(received => received.includes('hel'))
            peer.send('HTTP/1.1 103 Early Hints\r\n\r\n')
            await peer.until(received => received.endsWith('0\r\n\r\n'))
            peer.send(ok)
          },
        })
        const recorded = record(client, { method, bodyLength: -1 })
        recorded.exchange.write(Buffer.from('hel'))
        await (await upstream.peer(0)).until(received => received.includes('hel'))
        recorded.exchange.write(Buffer.alloc(0))
        recorded.exchange.write(Buffer.from('lo'))
        recorded.exchange.end()
        assert.equal((await recorded.finished).body, 'ok')
        const received = upstream.peers[0]?.received ?? ''
        assert.match(received, /\r\ntransfer-encoding: chunked\r\n/)
        assert.doesNotMatch(received, /content-length/)
        assert.ok(received.endsWith('\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n'), received)
      })
    }

    test('a body of unknown length that is empty is still a whole request', async t => {
      const { client } = await stage(t, character, {
        async onPeer(peer) {
          await peer.until(received => /content-length: 0\r\n\r\n$|0\r\n\r\n$/.test(received))
          peer.send(ok)
        },
      })
      const recorded = record(client, { method: 'POST', bodyLength: -1 })
      recorded.exchange.end()
      assert.equal((await recorded.finished).body, 'ok')
    })

    for (const [name, request] of Object.entries(impossible)) {
      test(`throws for ${name} and opens no connection`, async t => {
        const { upstream, client } = await stage(t, character, { onPeer: answering(ok) })
        assert.throws(() => record(client, request), TypeError)
        assert.equal(client.inFlight, 0)
        await record(client).finished
        assert.equal(upstream.peers.length, 1)
        assert.ok(upstream.peers[0]?.received.startsWith('GET / '))
      })
    }
  })
}
