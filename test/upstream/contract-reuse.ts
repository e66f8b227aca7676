import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { systemClock } from '../../src/clock.ts'
import { dialTarget } from '../../src/upstream/dial-target.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { type Character, stage } from './contract.ts'
import { answering, ok } from './raw-upstream.ts'
import { record } from './recorded-exchange.ts'
import { startStalledUpstream } from './stalled-upstream.ts'

const poison = 'HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\npoison'

export function reuseContract(character: Character): void {
  describe('reuse', () => {
    test('one connection serves requests one after another', async t => {
      const { upstream, client } = await stage(t, character, { onPeer: answering(ok, ok, ok) })
      for (let i = 0; i < 3; i++) assert.equal((await record(client).finished).body, 'ok')
      assert.equal(upstream.peers.length, 1)
    })

    test('a request sent from within onEnd can use the connection', async t => {
      const { upstream, client } = await stage(t, character, { onPeer: answering(ok, ok) })
      const second = await new Promise<string>(resolve => {
        record(
          client,
          {},
          {
            onEnd: () =>
              void record(client).finished.then(({ body, fault }) => resolve(fault ?? body)),
          },
        )
      })
      assert.equal(second, 'ok')
      assert.equal(upstream.peers.length, 1)
    })

    for (const [name, text] of Object.entries({
      'Connection: close': 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok',
      'HTTP/1.0': 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok',
      'Keep-Alive: timeout=1':
        'HTTP/1.1 200 OK\r\nkeep-alive: timeout=1\r\ncontent-length: 2\r\n\r\nok',
      'a 204 that announces a body': 'HTTP/1.1 204 No Content\r\ncontent-length: 50\r\n\r\n',
    })) {
      test(`the connection is closed after ${name}`, async t => {
        const { upstream, client } = await stage(t, character, { onPeer: answering(text, poison) })
        assert.equal((await record(client).finished).fault, null)
        await (await upstream.peer(0)).closed
        await record(client).finished
        assert.equal(upstream.peers.length, 2)
      })
    }

    test('HTTP/1.0 with keep-alive is kept', async t => {
      const text = 'HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nok'
      const { upstream, client } = await stage(t, character, { onPeer: answering(text, text) })
      await record(client).finished
      await record(client).finished
      assert.equal(upstream.peers.length, 1)
    })

    test('a GET with a body', async t => {
      const { upstream, client } = await stage(t, character, { onPeer: answering(ok, ok) })
      for (let i = 0; i < 2; i++) {
        const recorded = record(client, { bodyLength: 4 })
        recorded.exchange.write(Buffer.from('\r\n\r\n'))
        recorded.exchange.end()
        await recorded.finished
      }
      assert.equal(upstream.peers.length, character.keepsAfterGetWithBody ? 1 : 2)
    })

    test('B17: two answers in one segment: the second is nobody’s', async t => {
      const { upstream, client } = await stage(t, character, {
        onPeer: answering(ok + poison, poison),
      })
      assert.equal((await record(client).finished).body, 'ok')
      await (await upstream.peer(0)).closed
    })

    test('B17: an answer on an idle connection closes it', async t => {
      const { upstream, client } = await stage(t, character, { onPeer: answering(ok, ok) })
      await record(client).finished
      const peer = await upstream.peer(0)
      peer.send(poison)
      await peer.closed
      assert.equal((await record(client).finished).body, 'ok')
      assert.equal(upstream.peers.length, 2)
    })

    const stalls: Record<string, (stall: () => void, send: () => void) => void> = {
      'before the request': (stall, send) => {
        stall()
        send()
      },
      'right after the request': (stall, send) => {
        send()
        stall()
      },
      'before the request, in a timer': (stall, send) =>
        void setTimeout(() => {
          stall()
          send()
        }, 1),
      'before the request, in the check phase': (stall, send) =>
        void setImmediate(() => {
          stall()
          send()
        }),
      'in the check phase after the request': (stall, send) => {
        send()
        setImmediate(stall)
      },
      'in the poll phase after the request': (stall, send) => {
        // A message wakes the loop in its poll phase, with the list of readable sockets made already.
        const { port1, port2 } = new MessageChannel()
        port2.onmessage = () => {
          stall()
          port2.close()
        }
        send()
        setImmediate(() => port1.postMessage(0))
      },
    }
    for (const [when, run] of Object.entries(stalls)) {
      for (const [what, text] of Object.entries({ 'an answer': poison, 'a FIN': '' })) {
        test(`B17: ${what} written during a stall of 200 ms ${when}`, async t => {
          const upstream = await startStalledUpstream()
          const client = character.create({
            target: dialTarget(upstream.origin),
            maxConnections: 1,
            keepAliveTimeoutMs: 60_000,
            maxHeaderBytes: 16_384,
            ...{ clock: systemClock, awake: systemClock },
          })
          t.after(async () => {
            await client.close()
            await upstream.close()
          })
          assert.equal((await record(client).finished).body, 'connection 1')
          const answer = await new Promise<string>(resolve => {
            run(
              () => upstream.stallWhileItWrites(text, 200),
              () =>
                void record(client, { method: 'POST' }).finished.then(({ body, fault }) =>
                  resolve(fault ?? body),
                ),
            )
          })
          const poisoned = character.poisonedBy.includes(`${what} ${when}`)
          assert.equal(answer === 'connection 2', !poisoned, answer)
        })
      }
    }

    test('an idle connection is closed after keepAliveTimeoutMs', async t => {
      const clock = createManualClock()
      const { upstream, client } = await stage(
        t,
        character,
        { onPeer: answering(ok, ok) },
        { clock, keepAliveTimeoutMs: character.ownsIdleTime ? 1000 : 20 },
      )
      await record(client).finished
      if (character.ownsIdleTime) clock.advance(1000)
      await (await upstream.peer(0)).closed
    })
  })
}
