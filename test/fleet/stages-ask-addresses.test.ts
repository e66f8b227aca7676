import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { createAskedAddresses } from '../../src/fleet/rollout/asked-address.ts'
import type { Answer } from '../../src/rollout/requirement.ts'
import { createManualClock } from '../support/manual-clock.ts'

const question = { flag: 'v2', percent: 10, next: 25 }

/** An address that answers as the test says, and the one who asks it. */
async function start(t: TestContext) {
  const heard: unknown[] = []
  let says = { status: 200, body: '{"go":true}' }
  const server = createServer(async (request, response) => {
    const pieces = await Array.fromAsync(request as AsyncIterable<Buffer>)
    heard.push(JSON.parse(Buffer.concat(pieces).toString()))
    response.writeHead(says.status).end(says.body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  t.after(() => server.close())
  const clock = createManualClock()
  const closing = new AbortController()
  t.after(() => closing.abort())
  const asked = createAskedAddresses(clock, closing.signal)
  const url = `http://127.0.0.1:${port}/secret-path`
  return {
    ...{ asked, clock, heard, server, url, port },
    say(status: number, body: string): void {
      says = { status, body }
    },
    /** Asks until there is an answer to what is asked now. */
    async answer(about = question): Promise<Answer> {
      for (;;) {
        const answer = asked.answerOf(url, about)
        if (answer !== null) return answer
        await new Promise(setImmediate)
      }
    },
  }
}

test('an address is told which stage it is about, and says go', async t => {
  const { answer, heard } = await start(t)
  assert.deepEqual(await answer(), { go: true })
  assert.deepEqual(heard, [question])
})

for (const [what, status, body, expected] of [
  ['not yet, and why', 200, '{"go":false,"why":"closed"}', { go: false, why: 'closed' }],
  ['not yet', 200, '{"go":false}', { go: false, why: 'says not yet' }],
  ['what is no answer', 200, '{"go":"yes"}', { go: null, why: 'said neither yes nor no' }],
  ['what is no JSON', 200, 'ok', { go: null, why: 'said neither yes nor no' }],
  ['that it is broken', 500, '{"go":true}', { go: null, why: 'answered 500' }],
  ['that it is elsewhere', 302, '{"go":true}', { go: null, why: 'answered 302' }],
] as const) {
  test(`an address says ${what}`, async t => {
    const { say, answer, port } = await start(t)
    say(status, body)
    const found = await answer()
    const why = expected.go === null ? `127.0.0.1:${port} ${expected.why}` : expected.why
    assert.deepEqual(found, { go: expected.go, why })
  })
}

test('one that nobody listens at has said nothing', async t => {
  const { server, answer, port } = await start(t)
  server.close()
  const found = await answer()
  assert.equal(found.go, null)
  assert.match(
    found.go === null ? found.why : '',
    new RegExp(`^127\\.0\\.0\\.1:${port}: .*ECONNREFUSED`),
  )
})

test('it is asked again after ten seconds, and what it said holds until then', async t => {
  const { answer, asked, say, clock, heard, url } = await start(t)
  await answer()
  say(200, '{"go":false}')
  clock.advance(9999)
  assert.deepEqual(asked.answerOf(url, question), { go: true })
  assert.equal(heard.length, 1)
  clock.advance(1)
  while ((await answer()).go === true) await new Promise(setImmediate)
  assert.equal(heard.length, 2)
})

test('what it said about one stage says nothing about the next', async t => {
  const { answer, asked, url } = await start(t)
  await answer()
  const next = { flag: 'v2', percent: 25, next: 50 }
  assert.equal(asked.answerOf(url, next), null)
  assert.deepEqual(await answer(next), { go: true })
})

test('what it said is of another time where nobody asked for half a minute', async t => {
  const { answer, asked, clock, url } = await start(t)
  await answer()
  clock.advance(30_000)
  assert.equal(asked.answerOf(url, question), null)
})
