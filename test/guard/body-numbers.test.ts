import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import { describe, it } from 'node:test'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { createBodyNumbers, mayHaveNumbers } from '../../src/guard/body-numbers.ts'
import { numberAt } from '../../src/guard/json-pointer.ts'

const json = ['content-type', 'application/json; charset=utf-8']
const coded = (coding: string) => [...json, 'content-encoding', coding]

/** The numbers that a body gives, sent in pieces of 7 bytes. */
async function numbersOf(
  body: string | Buffer,
  headers = json,
  pointers = ['/accuracy', '/items/1/score'],
): Promise<readonly number[]> {
  const heard = new EventEmitter()
  const tap = createBodyNumbers(pointers)(headers, numbers => heard.emit('numbers', numbers))
  const bytes = Buffer.from(body)
  for (let at = 0; at < bytes.length; at += 7) tap.data(bytes.subarray(at, at + 7))
  const numbers = once(heard, 'numbers')
  tap.end()
  return (await numbers)[0]
}

const good = JSON.stringify({ accuracy: 0.91, items: [{}, { score: 7 }] })
const none = [Number.NaN, Number.NaN]

describe('numbers in a body', () => {
  it('stand at their pointers', async () => {
    assert.deepEqual(await numbersOf(good), [0.91, 7])
  })

  for (const [coding, encode] of [
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ] as const) {
    it(`are read through ${coding}`, async () => {
      assert.deepEqual(await numbersOf(encode(good), coded(coding)), [0.91, 7])
    })
  }

  it('are none where the body is no JSON, no number or broken', async () => {
    for (const body of ['', '{', '[]', '{"accuracy":"0.91"}', '{"accuracy":null}']) {
      assert.deepEqual(await numbersOf(body), none)
    }
    assert.deepEqual(await numbersOf('not gzip', coded('gzip')), none)
  })

  it('are not looked for in a body above 64 KiB', async () => {
    const large = (bytes: number) => good + ' '.repeat(bytes - good.length)
    assert.deepEqual(await numbersOf(large(65_536)), [0.91, 7])
    assert.deepEqual(await numbersOf(large(65_537)), none)
  })

  it('nor in one that unfolds above 1 MiB', async () => {
    const bomb = gzipSync(Buffer.from(good + ' '.repeat(50 * 1024 * 1024)))
    assert.ok(bomb.length < 65_536)
    assert.deepEqual(await numbersOf(bomb, coded('gzip')), none)
  })

  it('of the oldest of 129 bodies are given up', () => {
    const read = createBodyNumbers(['/accuracy'])
    const heard: number[][] = Array.from({ length: 129 }, () => [])
    const taps = heard.map(own => read(json, numbers => own.push(...numbers)))
    for (const tap of taps) {
      tap.data(Buffer.from(good))
      tap.end()
    }
    assert.deepEqual(heard[0], [Number.NaN])
    for (const own of heard.slice(1)) assert.deepEqual(own, [0.91])
  })
})

describe('a head promises numbers', () => {
  const cases: readonly (readonly [boolean, readonly string[]])[] = [
    [true, json],
    [true, ['content-type', 'application/problem+json']],
    [true, coded('br')],
    [true, [...json, 'content-length', '65536']],
    [false, [...json, 'content-length', '65537']],
    [false, coded('zstd')],
    [false, ['content-type', 'text/html']],
    [false, ['content-type', 'application/jsonp']],
    [false, []],
  ]
  for (const [promises, headers] of cases) {
    it(`${headers.join(' ') || 'nothing'}: ${promises}`, () => {
      assert.equal(mayHaveNumbers(headers), promises)
    })
  }
})

describe('a JSON pointer', () => {
  it('reads escaped names and own fields only', () => {
    assert.equal(numberAt({ 'a/b': { '~': [1, 2] } }, '/a~1b/~0/1'), 2)
    assert.equal(numberAt({ a: 1 }, '/constructor/length'), Number.NaN)
    assert.equal(numberAt([1, 2], '/length'), 2)
  })
})
