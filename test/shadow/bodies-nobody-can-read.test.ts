import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib'
import { createRandom } from '../fuzz/random.ts'
import { answer, verdictOf } from './pairs.ts'

const json = ['content-type', 'application/json']
const coded = (coding: string) => [...json, 'content-encoding', coding]
const good = JSON.stringify({ price: 100, items: [1, 2, 3] })

describe('B32: a Content-Encoding', () => {
  for (const [coding, encode] of [
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['Identity', (text: string) => Buffer.from(text)],
    ['gzip, br', (text: string) => brotliCompressSync(gzipSync(text))],
  ] as const) {
    it(`is undone: ${coding}`, () => {
      assert.equal(verdictOf(answer(encode(good), coded(coding)), answer(good)), 'equal')
      const other = answer(encode(good.replace('100', '101')), coded(coding))
      assert.deepEqual(verdictOf(other, answer(good)), ['body /price value'])
    })
  }

  it('that is unknown, broken, cut short or piled up is not compared, though both are the same', () => {
    for (const [body, coding] of [
      [good, 'compress'],
      [good, 'gzip'],
      [gzipSync(good).subarray(0, 30), 'gzip'],
      [good, 'br'],
      [good, 'gzip, gzip, gzip, gzip'],
    ] as const) {
      const broken = answer(body, coded(coding))
      assert.equal(verdictOf(broken, broken), 'undecodable', coding)
      assert.equal(verdictOf(broken, answer(good)), 'undecodable', coding)
    }
  })

  it('with bytes behind its end is not compared: nobody would have looked at them', () => {
    for (const [coding, encode] of [
      ['gzip', gzipSync],
      ['deflate', deflateSync],
      ['deflate', deflateRawSync],
      ['br', brotliCompressSync],
      ['zstd', zstdCompressSync],
    ] as const) {
      const longer = answer(Buffer.concat([encode(good), Buffer.alloc(9)]), coded(coding))
      assert.equal(verdictOf(answer(encode(good), coded(coding)), longer), 'undecodable', coding)
    }
  })

  it('of nothing is nothing, as in the answer to a HEAD', () => {
    assert.equal(verdictOf(answer('', coded('gzip')), answer('', coded('gzip'))), 'equal')
  })

  it('that unfolds a thousandfold stops at the cap, again and again', () => {
    // One member of 10 MiB, as often as makes 10 MB of 10 GB.
    const member = gzipSync(Buffer.alloc(10 * 1024 * 1024))
    const bomb = Buffer.concat(new Array(1000).fill(member))
    assert.ok(bomb.length > 9_000_000)
    assert.equal(verdictOf(answer(bomb, coded('gzip')), answer(bomb, coded('gzip'))), 'too-large')
    const twice = gzipSync(bomb)
    assert.equal(verdictOf(answer(twice, coded('gzip, gzip')), answer(good)), 'too-large')
    for (const [coding, encode] of [
      ['br', brotliCompressSync],
      ['zstd', zstdCompressSync],
      ['deflate', deflateSync],
    ] as const) {
      const small = answer(encode(Buffer.alloc(10 * 1024 * 1024)), coded(coding))
      assert.equal(verdictOf(small, small), 'too-large', coding)
    }
  })
})

describe('a cap', () => {
  it('is where decoding stops: what is broken behind it is never reached', () => {
    const large = gzipSync(randomText(4 * 1024 * 1024))
    const broken = Buffer.concat([large.subarray(0, large.length - 1000), Buffer.alloc(1000, 0xff)])
    const coded = answer(broken, [...json, 'content-encoding', 'gzip'])
    assert.equal(verdictOf(coded, coded), 'too-large')
    assert.equal(verdictOf(coded, coded, { maxDecodedBytes: 8 * 1024 * 1024 }), 'undecodable')
  })
})

/** Text that packs badly, so that its end is far behind. */
function randomText(length: number): string {
  const random = createRandom(7)
  return Array.from({ length: length / 8 }, () => random.below(1e8).toString().padStart(8)).join('')
}

describe('B32: JSON', () => {
  it('of 100,000 levels is not compared, whatever it is made of', () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const deep = answer(open.repeat(100_000) + close.repeat(100_000))
      assert.equal(verdictOf(deep, deep), 'too-deep')
      assert.equal(verdictOf(deep, answer(good)), 'too-deep')
      assert.equal(verdictOf(answer(open.repeat(100_000)), answer('{}')), 'too-deep')
    }
  })

  it('is compared up to the depth of the rule, brackets in texts aside', () => {
    const nested = (levels: number, text: string) =>
      answer(`${'['.repeat(levels)}"${text}"${']'.repeat(levels)}`)
    const maxDepth = 5
    assert.equal(verdictOf(nested(5, '[[[{{\\"[['), nested(5, '[[[{{\\"[['), { maxDepth }), 'equal')
    assert.equal(verdictOf(nested(6, ''), nested(6, ''), { maxDepth }), 'too-deep')
  })

  it('with more values than are looked at is not compared', () => {
    const many = answer(`[${'0,'.repeat(200_000)}0]`)
    assert.equal(verdictOf(many, many), 'too-deep')
  })

  it('that would take endless looking at is not compared', () => {
    const nest = (inner: string, levels: number): string =>
      levels === 0 ? inner : `[${nest(inner, levels - 1)},0]`
    const wide = (last: number) => answer(nest(`[${'1,'.repeat(90_000)}${last}]`, 60))
    assert.equal(verdictOf(wide(1), wide(2)), 'too-deep')
  })

  it('whose keys would take endless reading is not compared', () => {
    const key = 'k'.repeat(3_000_000)
    const deep = (last: number) =>
      answer(`${'['.repeat(60)}${JSON.stringify({ [key]: last })}${']'.repeat(60)}`)
    assert.equal(verdictOf(deep(1), deep(2), { maxDecodedBytes: 4_000_000 }), 'too-deep')
  })

  it('that is none is not compared, though both are the same', () => {
    for (const text of ['{', '{"a":1,}', '{a:1}', 'NaN', '"\ud800', '{}{}', '01', '<p>']) {
      assert.equal(verdictOf(answer(text), answer(text)), 'invalid-json', text)
    }
    const broken = answer(Buffer.from([0x22, 0xff, 0x22]))
    assert.equal(verdictOf(broken, broken), 'invalid-json')
    assert.equal(verdictOf(broken, answer(Buffer.from([0x22, 0xfe, 0x22]))), 'invalid-json')
  })

  it('on one side alone is a difference of type', () => {
    assert.deepEqual(verdictOf(answer(good), answer('{')), ['body type'])
    assert.deepEqual(verdictOf(answer('{'), answer(good)), ['body type'])
    assert.deepEqual(verdictOf(answer(good), answer(good, ['content-type', 'text/plain'])), [
      'body type',
      'header content-type value',
    ])
  })

  it('may begin with a byte order mark', () => {
    assert.equal(verdictOf(answer(`\ufeff${good}`), answer(good)), 'equal')
  })

  it('in another encoding is read in that, and in none that nobody knows', () => {
    const of = (charset: string, body: Buffer) =>
      answer(body, ['content-type', `application/json; charset=${charset}`])
    const headers: string[] = []
    const wide = of('utf-16le', Buffer.from('{"name":"Zoë"}', 'utf16le'))
    assert.equal(verdictOf(wide, answer('{"name":"Zoë"}'), { headers }), 'equal')
    const latin = of('iso-8859-1', Buffer.from('{"name":"Zoë"}', 'latin1'))
    assert.equal(verdictOf(latin, answer('{"name":"Zoë"}'), { headers }), 'equal')
    const unknown = of('klingon', Buffer.from(good))
    assert.equal(verdictOf(unknown, unknown), 'unknown-charset')
    assert.equal(verdictOf(unknown, answer(good), { headers }), 'unknown-charset')
    const broken = of('shift_jis', Buffer.from([0x22, 0x81, 0x22]))
    assert.equal(verdictOf(broken, broken), 'unknown-charset')
  })
})

describe('other bodies', () => {
  const page = (body: string | Buffer, type = 'text/html') => answer(body, ['content-type', type])

  it('are compared by their bytes', () => {
    assert.equal(verdictOf(page('<p>a'), page('<p>a')), 'equal')
    assert.deepEqual(verdictOf(page('<p>a'), page('<p>b')), ['body value'])
    assert.deepEqual(verdictOf(page('<p>a'), page('<p>')), ['body size'])
    assert.deepEqual(verdictOf(page('<p>a'), page('')), ['body missing'])
    assert.deepEqual(verdictOf(page(''), page('<p>a')), ['body extra'])
  })

  it('of the same bytes in two encodings are two texts', () => {
    const bytes = Buffer.from('<p>Zoë')
    const headers: string[] = []
    const [a, b] = [page(bytes, 'text/html;charset=utf-8'), page(bytes, 'text/html;charset=latin1')]
    assert.deepEqual(verdictOf(a, b, { headers }), ['body size'])
    const same = page(Buffer.from('<p>Zoë', 'latin1'), 'text/html;charset=latin1')
    assert.equal(verdictOf(a, same, { headers }), 'equal')
    const unknown = page(bytes, 'text/html;charset=klingon')
    assert.equal(verdictOf(unknown, unknown), 'unknown-charset')
  })
})
