import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { makeAuthority, makeCertificate } from '../support/certificates.ts'
import { type Character, stage } from './contract.ts'
import { answering, ok } from './raw-upstream.ts'
import { record } from './recorded-exchange.ts'

export function tlsContract(character: Character): void {
  describe('tls', async () => {
    const ca = await makeAuthority('Test authority')
    const good = await makeCertificate({ commonName: 'good', altNames: ['service.test'], ca })
    const tls = { ca: ca.cert, serverName: 'service.test' }

    test('a certificate of the given authority for the given name is accepted', async t => {
      const { upstream, client } = await stage(
        t,
        character,
        { tls: good, onPeer: answering(ok, ok) },
        { tls },
      )
      assert.equal((await record(client).finished).body, 'ok')
      assert.equal((await record(client).finished).body, 'ok')
      assert.equal(upstream.peers.length, 1)
    })

    test('the Host of a request does not decide which name is verified', async t => {
      const { client } = await stage(t, character, { tls: good, onPeer: answering(ok) }, { tls })
      const headers = ['host', 'other.test']
      assert.equal((await record(client, { headers }).finished).body, 'ok')
    })

    test('an address is verified as an address', async t => {
      const address = await makeCertificate({ commonName: 'address', altNames: ['127.0.0.1'], ca })
      const { client } = await stage(
        t,
        character,
        { tls: address, onPeer: answering(ok) },
        { tls: { ca: ca.cert } },
      )
      assert.equal((await record(client).finished).body, 'ok')
    })

    const yesterday = new Date(Date.now() - 86_400_000)
    const refused = {
      'self-signed': makeCertificate({ commonName: 'self', altNames: ['service.test'] }),
      expired: makeCertificate({
        commonName: 'old',
        altNames: ['service.test'],
        notAfter: yesterday,
        ca,
      }),
      'for another name': makeCertificate({ commonName: 'other', altNames: ['other.test'], ca }),
    }
    for (const [name, made] of Object.entries(refused)) {
      test(`B25: a certificate ${name} is tls-failed, and not a byte of the request is sent`, async t => {
        const { upstream, client } = await stage(t, character, { tls: await made }, { tls })
        const recorded = record(client, { method: 'POST', bodyLength: 6 })
        recorded.exchange.write(Buffer.from('secret'))
        recorded.exchange.end()
        assert.equal((await recorded.finished).fault, 'tls-failed')
        assert.deepEqual([recorded.exchange.sent, recorded.exchange.answered], [false, false])
        for (const peer of upstream.peers) {
          await peer.closed
          assert.equal(peer.received, '')
        }
      })
    }

    test('an upstream that speaks no TLS is tls-failed', async t => {
      const { upstream } = await stage(t, character, {
        onPeer: peer => peer.send('HTTP/1.1 400 Bad Request\r\n\r\n'),
      })
      const secure = await stage(
        t,
        character,
        {},
        { origin: upstream.origin.replace('http:', 'https:') },
      )
      assert.equal((await record(secure.client).finished).fault, 'tls-failed')
    })

    test('a large body crosses TLS whole through a consumer that pauses', async t => {
      const size = 8 * 1024 * 1024
      const { client } = await stage(
        t,
        character,
        {
          tls: good,
          async onPeer(peer) {
            await peer.until(received => received.endsWith('\r\n\r\n'))
            peer.send(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n`)
            peer.socket.write(Buffer.alloc(size, 'x'))
          },
        },
        { tls },
      )
      let received = 0
      let paused = false
      const answer = await record(
        client,
        {},
        {
          // What comes during a pause is taken, which ends the pause: reading has to go on.
          onData(chunk, { exchange }) {
            received += chunk.length
            const goOn = paused
            paused = !paused
            if (paused) setImmediate(() => exchange.resume())
            return goOn
          },
        },
      ).finished
      assert.deepEqual([answer.fault, received], [null, size])
    })
  })
}
