import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Clock, systemClock } from '../../src/clock.ts'
import type { BodyJob, MappedBody } from '../../src/upstream/mapping/body-job.ts'
import {
  createMappingThread,
  type MappingThread,
} from '../../src/upstream/mapping/mapping-thread.ts'
import { createManualClock } from '../support/manual-clock.ts'
import { mappingProgram } from './mapping-parts.ts'
import { programOf } from './scripted-thread.ts'

function threadFor(
  t: TestContext,
  { program = mappingProgram, clock = systemClock }: { program?: URL; clock?: Clock } = {},
): MappingThread {
  const thread = createMappingThread({ program, clock })
  t.after(() => thread.close())
  return thread
}

function bodyOf(text: string): BodyJob['body'] {
  return new Uint8Array(Buffer.from(text))
}

const plain: BodyJob = {
  expression: '{ "was": n }',
  body: bodyOf('{"n":1}'),
  coding: '',
  maxBytes: 1_048_576,
  timeoutMs: 5000,
  method: 'GET',
  path: '/',
  query: '',
  status: 200,
}

/** What becomes of a job of a mapping, as `{"was":1}` or as the reason why not. */
function map(thread: MappingThread, job: Partial<BodyJob> = {}, mapping = 'one'): Promise<string> {
  return new Promise(resolve => {
    thread.mapperFor(mapping).map({ ...plain, ...job }, mapped => resolve(inWords(mapped)))
  })
}

function inWords(mapped: MappedBody): string {
  return mapped.ok ? Buffer.from(mapped.body).toString() : `${mapped.reason}: ${mapped.detail}`
}

/** Asks of a regular expression more steps than there are milliseconds, between which nobody can look. */
const stuck = { expression: '$contains(n, /^(a+)+$/)', body: bodyOf(`{"n":"${'a'.repeat(60)}!"}`) }

test('bodies are mapped in the order in which they came', async t => {
  const thread = threadFor(t)
  const bodies = Array.from({ length: 200 }, (_, n) => bodyOf(`{"n":${n}}`))
  const order: string[] = []
  await Promise.all(bodies.map(body => map(thread, { body }).then(text => order.push(text))))
  assert.deepEqual(
    order,
    bodies.map((_, n) => `{"was":${n}}`),
  )
})

test('an expression that loops is stopped, and its thread goes on', async t => {
  const thread = threadFor(t)
  const loop = { expression: '($f := function() { $f() }; $f())', timeoutMs: 200 }
  const results = await Promise.all([map(thread), map(thread, loop), map(thread)])
  const late = 'too-slow: it was stopped halfway through its time'
  assert.deepEqual(results, ['{"was":1}', late, '{"was":1}'])
})

test('a hundred bodies of an expression that loops keep nobody else waiting', async t => {
  const thread = threadFor(t)
  const loop = { expression: '($f := function() { $f() }; $f())', timeoutMs: 200 }
  const looping = Array.from({ length: 100 }, () => map(thread, loop))
  // All of them would take it ten seconds, one after the other.
  assert.equal(await map(thread, {}, 'another'), '{"was":1}')
  const results = await Promise.all(looping)
  assert.ok(results.every(result => /^(too-slow|no-turn|resting)/.test(result)))
})

test('one that cannot be stopped is ended with its thread; those behind it are mapped all the same', async t => {
  const thread = threadFor(t)
  const slow = { ...stuck, timeoutMs: 300 }
  const results = await Promise.all([map(thread), map(thread, slow), map(thread), map(thread)])
  const ended = 'too-slow: it was ended with its thread'
  assert.deepEqual(results, ['{"was":1}', ended, '{"was":1}', '{"was":1}'])
})

test('a list without measure is a failure like any other', async t => {
  const thread = threadFor(t)
  const endless = { expression: '[1..2000000]' }
  assert.match(await map(thread, endless), /^expression-failed: D201[45]/)
  assert.equal(await map(thread), '{"was":1}')
})

test('a thread that breaks takes the body that it was at, and no other', async t => {
  const answer = '[id, { ok: true, body: job.body }, 1]'
  const program = programOf(`
    import { parentPort } from 'node:worker_threads'
    parentPort.on('message', jobs => {
      const [[id, job]] = jobs
      if (job.expression === 'break') throw new RangeError('secret')
      for (const [id, job] of jobs) parentPort.postMessage(${answer})
    })
    parentPort.postMessage('ready')
  `)
  const thread = threadFor(t, { program })
  const results = await Promise.all([
    map(thread, { expression: 'break' }),
    map(thread),
    map(thread),
  ])
  const lost = 'expression-failed: the thread was lost: RangeError'
  assert.deepEqual(results, [lost, '{"n":1}', '{"n":1}'])
})

test('a recursion without end is a failure like any other', async t => {
  const thread = threadFor(t)
  const deep = { expression: '($f := function($n) { 1 + $f($n + 1) }; $f(1))' }
  assert.match(await map(thread, deep), /^expression-failed: D1011/)
  assert.equal(await map(thread), '{"was":1}')
})

test('100,000 levels of JSON are mapped whole or not at all, and nothing breaks', async t => {
  const thread = threadFor(t)
  const text = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  const mapped = await map(thread, { body: bodyOf(text), expression: '$' })
  assert.ok(mapped === text || mapped.startsWith('expression-failed'), mapped.slice(0, 80))
  assert.equal(await map(thread), '{"was":1}')
})

test('a function is no result', async t => {
  const thread = threadFor(t)
  assert.match(await map(thread, { expression: 'function($x) { $x }' }), /^no-result/)
  assert.match(await map(thread, { expression: '$sum' }), /^no-result/)
})

test('what came while the thread was being started has its time from then on', async t => {
  const clock = createManualClock()
  const thread = threadFor(t, { clock })
  const mapped = map(thread, { timeoutMs: 100 })
  clock.advance(9000)
  assert.equal(await mapped, '{"was":1}')
})

test('a thread that never starts fails whoever waits, and is tried again for the next', async t => {
  const clock = createManualClock()
  const thread = threadFor(t, { clock, program: programOf('setInterval(() => {}, 1000)') })
  const lost = 'expression-failed: the thread was lost: it did not start in time'
  for (let round = 0; round < 2; round++) {
    const waiting = [map(thread), map(thread)]
    clock.advance(10_000)
    assert.deepEqual(await Promise.all(waiting), [lost, lost])
  }
})

test('a program that breaks is told by its name', async t => {
  const thread = threadFor(t, { program: programOf('throw new RangeError("secret")') })
  assert.equal(await map(thread), 'expression-failed: the thread was lost: RangeError')
})

test('as many wait as may, and one more is refused at once', async t => {
  const clock = createManualClock()
  const thread = threadFor(t, { clock, program: programOf('setInterval(() => {}, 1000)') })
  const waiting = Array.from({ length: 1000 }, (_, n) => map(thread, {}, `${n % 2}`))
  assert.equal(await map(thread, {}, 'third'), 'too-many: ')
  thread.close()
  assert.deepEqual(new Set(await Promise.all(waiting)), new Set(['closed: ']))
  assert.equal(await map(thread), 'closed: ')
})

test('bytes that wait are limited, though one body alone may always', async t => {
  const clock = createManualClock()
  const thread = threadFor(t, { clock, program: programOf('setInterval(() => {}, 1000)') })
  const body = new Uint8Array(67_108_865)
  const first = map(thread, { body })
  assert.equal(await map(thread, { body }), 'too-many: ')
  thread.close()
  assert.equal(await first, 'closed: ')
})

test('who has gone is not called, and makes room', async t => {
  const clock = createManualClock()
  const thread = threadFor(t, { clock, program: programOf('setInterval(() => {}, 1000)') })
  const body = new Uint8Array(67_108_864)
  const cancel = thread.mapperFor('one').map({ ...plain, body }, () => assert.fail('called'))
  cancel()
  const next = map(thread, { body })
  thread.close()
  assert.equal(await next, 'closed: ')
})
