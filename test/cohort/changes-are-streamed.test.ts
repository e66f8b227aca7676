import assert from 'node:assert/strict'
import type { RequestListener, ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import { createEventNames } from '../../src/cohort/event-names.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { flagName } from './parts.ts'
import { answering, context, emptyDir, listening, off, on, open, send } from './unleash-parts.ts'

const patience = { timeout: 20_000 }

/** A server whose flags and stream do what the test says; by itself no poll comes within a test. */
async function streaming(t: TestContext, stream: RequestListener, refreshIntervalMs = 3_600_000) {
  const is = { flags: send(on) as RequestListener, stream }
  const opened: ServerResponse[] = []
  const url = await answering(t, (request, response) => {
    if (request.url === '/api/client/features') is.flags(request, response)
    else if (request.url === '/api/client/streaming') {
      opened.push(response)
      is.stream(request, response)
    } else response.writeHead(202).end()
  })
  const parts = { clock: createManualClock(), told: listening() }
  const config = { url, backupDir: await emptyDir(t), refreshIntervalMs, streaming: true }
  const flags = await open(t, config, parts)

  /** Lets time pass, a little at a time, until it is so. */
  async function until(isSo: () => boolean, stepMs = 10): Promise<void> {
    while (!isSo()) {
      await new Promise(setImmediate)
      parts.clock.advance(stepMs)
    }
  }
  const isOn = () => flags.isEnabled(flagName, context)
  return { is, opened, flags, until, isOn, ...parts }
}

const accept: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
}

const updated = 'event: unleash-updated\ndata: {"events":[]}\n\n'

test(
  'an event makes Unleash be asked for the flags now and not at the next poll',
  patience,
  async t => {
    const { is, opened, until, isOn, flags, told } = await streaming(t, accept)
    await until(() => flags.status().stream === 'open')
    assert.ok(told.types.includes('stream-open'))
    assert.ok(isOn())
    is.flags = send(off)
    opened[0]?.write(updated)
    await until(() => !isOn())
  },
)

test('what changed while a poll was under way is asked for behind it', patience, async t => {
  const { is, opened, until, isOn, flags } = await streaming(t, accept)
  await until(() => flags.status().stream === 'open')
  const asked: ServerResponse[] = []
  is.flags = (_request, response) => void asked.push(response)
  opened[0]?.write(updated)
  await until(() => asked.length === 1)
  opened[0]?.write(updated)
  await new Promise(setImmediate)
  is.flags = send(off)
  send(on)(null as never, asked[0] as ServerResponse)
  await until(() => !isOn())
})

test('a server without streams is polled, and asked again ten minutes later', patience, async t => {
  const { is, opened, clock, until, isOn, flags, told } = await streaming(t, send('{}', 404))
  const stream = told.next('stream-not-open')
  await until(() => flags.status().stream === 'not-offered', 0)
  assert.equal((await stream).why, 'answered 404 with content-type application/json')
  is.flags = send(off)
  is.stream = accept
  clock.advance(599_999)
  assert.ok(isOn())
  assert.equal(opened.length, 1)
  await until(() => flags.status().stream === 'open', 1)
  await until(() => !isOn())
})

test('polling goes on beside a stream that says nothing', patience, async t => {
  const { is, until, isOn, flags } = await streaming(t, accept, 1000)
  await until(() => flags.status().stream === 'open')
  is.flags = send(off)
  await until(() => !isOn())
  assert.equal(flags.status().stream, 'open')
})

test(
  'a stream that breaks is opened again, after longer each time, and said once',
  patience,
  async t => {
    const { opened, clock, until, flags, told } = await streaming(t, (_request, response) => {
      response.writeHead(503).end()
    })
    const at: number[] = []
    for (let nth = 1; nth <= 7; nth++) {
      await until(() => opened.length === nth, 100)
      at.push(clock.monotonic())
    }
    const gaps = at.slice(1).map((time, i) => Math.round((time - (at[i] as number)) / 1000))
    assert.deepEqual(gaps.slice(0, 4), [2, 4, 8, 16])
    assert.equal(flags.status().stream, 'broken')
    assert.equal(told.types.filter(type => type === 'stream-not-open').length, 1)
  },
)

test('a stream without a byte for a minute is given up', patience, async t => {
  const { clock, until, flags, told } = await streaming(t, accept)
  await until(() => flags.status().stream === 'open', 0)
  const closed = told.next('stream-not-open')
  clock.advance(59_000)
  assert.equal(flags.status().stream, 'open')
  await until(() => flags.status().stream !== 'open', 1000)
  const { why, state } = await closed
  assert.deepEqual([state, why], ['broken', 'nothing was heard of it'])
})

test('a server that asks to be polled is', patience, async t => {
  const { opened, until, flags } = await streaming(t, accept)
  await until(() => flags.status().stream === 'open')
  opened[0]?.write('event: fetch-mode\ndata: polling\n\n')
  await until(() => flags.status().stream === 'not-offered', 0)
})

test('closing ends the stream', patience, async t => {
  const { opened, until, flags } = await streaming(t, accept)
  await until(() => flags.status().stream === 'open')
  const ended = new Promise(resolve => opened[0]?.once('close', resolve))
  await flags.close()
  await ended
})

test('names of events are read in whatever pieces they come, however much they carry', () => {
  const text = `: hello\r\nevent: a\r\ndata: ${'x'.repeat(100_000)}\r\n\r\nevent:b\ndata: 1\ndata: 2\n\ndata: nobody\n\nevent: c\rdata: 3\r\r`
  for (const size of [1, 2, 3, 7, 1000, 1_000_000]) {
    const seen: string[] = []
    const names = createEventNames(({ name, data }) => seen.push(`${name} ${data.slice(0, 3)}`))
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length; at += size) names.take(bytes.subarray(at, at + size))
    assert.deepEqual(seen, ['a xxx', 'b 2', 'c 3'], `pieces of ${size}`)
  }
})
