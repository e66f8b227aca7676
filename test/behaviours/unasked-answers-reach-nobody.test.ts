import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Conversation, openRaw, startScriptedUpstream } from '../support/conversation.ts'
import { oneRoute, processWith, startGateway, upstreamClients } from '../support/gateway.ts'
import { keptRequest } from '../support/requests.ts'

const answer = (body: string) => `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n${body}`

/** Holds the event loop: the gateway, in this process, neither reads nor writes meanwhile. */
function stall(milliseconds: number): void {
  const until = performance.now() + milliseconds
  while (performance.now() < until);
}

/** What the upstream does on the connection that has just answered, and what happens before the next request. */
const mischiefs: Record<string, (served: Conversation, first: Conversation) => Promise<void>> = {
  'in one piece with the first': async served => {
    served.send(answer('mine!') + answer('poison'))
  },
  'behind the first, seen before the next request': async (served, first) => {
    served.send(answer('mine!'))
    await first.until('mine!')
    served.send(answer('poison'))
    await served.ended()
  },
  'in the moment of the next request': async (served, first) => {
    served.send(answer('mine!'))
    await first.until('mine!')
    served.send(answer('poison'))
  },
  'in a stall of the event loop': async (served, first) => {
    served.send(answer('mine!'))
    await first.until('mine!')
    served.send(answer('poison'))
    stall(200)
  },
  'in pieces, in a stall': async (served, first) => {
    served.send(answer('mine!'))
    await first.until('mine!')
    served.send('HTTP/1.1 200')
    stall(200)
    served.send(' OK\r\ncontent-length: 6\r\n\r\npoison')
  },
}

for (const client of upstreamClients) {
  for (const [when, mischief] of Object.entries(mischiefs)) {
    for (const method of ['GET', 'POST']) {
      test(`B17 (${client}): a second answer ${when} is nobody's, the next ${method} gets its own`, async t => {
        const upstream = await startScriptedUpstream(t)
        const gateway = await startGateway(t, {
          ...oneRoute({ v1: upstream.url }),
          'switchback.yaml': processWith(client),
        })
        const first = openRaw(t, gateway.port)
        const second = openRaw(t, gateway.port)
        await Promise.all([first, second].map(({ socket }) => connected(socket)))

        first.send(keptRequest('/first'))
        const served = await upstream.accept()
        await served.until('\r\n\r\n')
        await mischief(served, first)
        second.send(
          keptRequest('/second', method === 'POST' ? 'content-length: 0\r\n' : '', method),
        )
        const fresh = await upstream.accept()
        assert.match(await fresh.until('\r\n\r\n'), new RegExp(`^${method} /second `))
        fresh.send(answer('yours'))

        assert.match(await second.until(/yours|poison/), /yours$/)
        assert.match(await first.until(/mine!/), /mine!$/)
        await served.ended()
        assert.doesNotMatch(served.received(), /second/)
      })
    }
  }
}

function connected(socket: Conversation['socket']): Promise<void> {
  return new Promise(resolve => socket.once('connect', resolve))
}
