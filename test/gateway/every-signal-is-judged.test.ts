import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { createClient, startUpstream } from '../support/http.ts'

type Answer = (request: IncomingMessage, response: ServerResponse) => void

interface Bad {
  readonly budget: string
  readonly v2: Answer
  /** What the operator reads about it. */
  readonly text: RegExp
}

const ok: Answer = (_, response) => response.end('ok')
const inGzip = { 'content-type': 'application/json', 'content-encoding': 'gzip' }

const signals: Readonly<Record<string, Bad>> = {
  'a number in a header': {
    budget: '{ signal: header, name: x-accuracy, min: 0.85, max: 5% }',
    v2: (_, response) => response.setHeader('x-accuracy', '0.2').end('ok'),
    text: /values of x-accuracy were below 0.85, allowed 5 %/,
  },
  'a number in a body, also in gzip': {
    budget: '{ signal: json, pointer: /match/accuracy, min: 0.85, max: 5% }',
    v2: (_, response) =>
      response.writeHead(200, inGzip).end(gzipSync('{"match":{"accuracy":0.2}}')),
    text: /values of \/match\/accuracy were below 0.85, allowed 5 %/,
  },
  latency: {
    budget: '{ signal: latency, p95: 20ms }',
    // Later than allowed on every machine; a slow one only makes it later.
    v2: (_, response) => void setTimeout(() => response.end('late'), 40),
    text: /answers took longer than 20 ms, allowed 5 %/,
  },
  availability: {
    budget: '{ signal: availability, min: 99% }',
    v2: (_, response) => response.destroy(),
    text: /requests got no answer, allowed 1 %/,
  },
  'errors of an endpoint': {
    budget: '{ signal: errors, max: 5%, per: endpoint }',
    v2: ({ url }, response) => response.writeHead(url === '/17/pay' ? 500 : 200).end(),
    text: /answers failed, allowed 5 %/,
  },
  'errors beside V1': {
    budget: '{ signal: errors, max: 1.5x v1 }',
    v2: (_, response) => response.writeHead(500).end(),
    text: /answers failed, allowed 1.5 times V1's share \(V1 so far: 0 of/,
  },
}

for (const [title, { budget, v2, text }] of Object.entries(signals)) {
  test(`${title}: a V2 beyond its budget loses its traffic`, async t => {
    const upstreams = [await startUpstream(t, 'v1', ok), await startUpstream(t, 'v2', v2)] as const
    const gateway = await startGateway(t, {
      ...oneRoute({
        v1: upstreams[0].url,
        v2: upstreams[1].url,
        policy: `budgets: [${budget}]\nfallback: {}\n`,
      }),
      'switchback.yaml': testProcess,
    })
    const client = createClient(t)
    const isTripped = async () =>
      (await gateway.metric('switchback_latch_tripped{flag="v2"}')) === 1

    let asked = 0
    while (!(await isTripped())) {
      assert.ok(asked < 1_000_000, 'V2 must be found out at last')
      const paths = ['/17/pay', '/17/list'].flatMap(path => [path, path, path, path])
      await Promise.all(
        paths.map((path, i) => client(gateway.url + path, { 'x-user-id': String(asked + i) })),
      )
      asked += paths.length
    }
    const latches = await (await fetch(`${gateway.adminUrl}/latches`)).text()
    assert.match(latches, text)
    if (title === 'errors of an endpoint') assert.match(latches, /"scope":"GET \/\*\/pay"/)
  })
}
