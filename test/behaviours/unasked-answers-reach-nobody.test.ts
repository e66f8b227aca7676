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

interface Scene {
  /** The connection on which the upstream is to answer the first request. */
  readonly served: Conversation
  readonly first: Conversation
  /** Sends the second request, at once and to the kernel. */
  readonly ask: () => void
}

/** The answer comes while the gateway is at work on the request, and held up in the midst of it. */
async function stallAfterTurns({ served, first, ask }: Scene, turns: number): Promise<void> {
  served.send(answer('mine!'))
  await first.until('mine!')
  ask()
  for (let turn = 0; turn < turns; turn++) await new Promise(resolve => setImmediate(resolve))
  stall(200)
  served.send(answer('poison'))
}

/** How the unasked answer comes, between the first answer and the second request or in one moment with it. */
const mischiefs: Record<string, (scene: Scene) => Promise<void>> = {
  'in one piece with the first': async ({ served, ask }) => {
    served.send(answer('mine!') + answer('poison'))
    ask()
  },
  'before the next request': async ({ served, first, ask }) => {
    served.send(answer('mine!'))
    await first.until('mine!')
    served.send(answer('poison'))
    await served.ended()
    ask()
  },
  'just before the next request': async ({ served, first, ask }) => {
    served.send(answer('mine!'))
    await first.until('mine!')
    served.send(answer('poison'))
    ask()
  },
  // What became readable first is read first: only a look at the idle connection itself can help here.
  'just before the next request is read': async ({ served, first, ask }) => {
    served.send(answer('mine!'))
    await first.until('mine!')
    ask()
    served.send(answer('poison'))
  },
  'before the next request, in a stall of the event loop': async ({ served, first, ask }) => {
    served.send(answer('mine!'))
    await first.until('mine!')
    served.send(answer('poison'))
    stall(200)
    ask()
  },
  'behind the next request, in a stall of the event loop': async ({ served, first, ask }) => {
    served.send(answer('mine!'))
    await first.until('mine!')
    ask()
    stall(100)
    served.send(answer('poison'))
    stall(100)
  },
  'in pieces, in a stall of the event loop': async ({ served, first, ask }) => {
    served.send(answer('mine!'))
    await first.until('mine!')
    ask()
    served.send('HTTP/1.1 200')
    stall(200)
    served.send(' OK\r\ncontent-length: 6\r\n\r\npoison')
  },
}

/** Only http1 looks again after a stall: undici has looked once by then, and sends. */
const http1Only: typeof mischiefs = {
  'in a stall one turn after the next request': scene => stallAfterTurns(scene, 1),
  'in a stall two turns after the next request': scene => stallAfterTurns(scene, 2),
  'in a stall three turns after the next request': scene => stallAfterTurns(scene, 3),
}

for (const client of upstreamClients) {
  for (const [when, mischief] of Object.entries(
    client === 'http1' ? { ...mischiefs, ...http1Only } : mischiefs,
  )) {
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
        const headers = method === 'POST' ? 'content-length: 0\r\n' : ''
        const ask = () => second.send(keptRequest('/second', headers, method))
        await mischief({ served, first, ask })
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
