import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { scanJson } from '../../src/shadow/compare/scan-json.ts'
import { createRandom, type Random } from '../fuzz/random.ts'

const scan = (text: string) => scanJson(Buffer.from(text), 100)

function isParsed(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('a text is known to be JSON by reading it alone', () => {
  for (const [what, texts] of [
    ['a value by itself', ['0', '-0', '""', 'true', 'false', 'null', '[]', '{}', ' \t\r\n1\n']],
    ['numbers', ['10', '-1.5', '0.0', '1e3', '1E+3', '1e-03', '-0e0', '0.10']],
    ['strings', [String.raw`"\"\\\/\b\f\n\r\t"`, String.raw`"\ud800 \uABcd"`, '"\u007f ü €"']],
    ['nesting', ['[[],{}]', '{"a":{"b":[1,{"c":null}]}}', '{"":[ ] , "b" : { } }']],
  ] as const) {
    it(`which it is: ${what}`, () => {
      for (const text of texts) {
        assert.equal(isParsed(text), true, text)
        assert.match(scan(text), /^(plain|long-numbers)$/, text)
      }
    })
  }

  for (const [what, texts] of [
    ['nothing', ['', ' ', '\n']],
    [
      'no value',
      ['tru', 'truee', 'nul', 'NaN', 'Infinity', 'undefined', 'True', "'a'", '\0', '\v1'],
    ],
    [
      'no number',
      ['01', '-', '-a', '+1', '1.', '.5', '1.e3', '1e', '1e+', '0x1', '1_0', '--1', '00'],
    ],
    [
      'no string',
      ['"', '"a', '"\n"', '"\\', '"\\x"', '"\\u12"', '"\\u12g4"', '"\t"', '"\\u"', '"\0"'],
    ],
    ['more than one', ['1 2', '[] []', '{}1', '""""', 'null,', '[],']],
    [
      'what is open, or closed twice',
      ['[', '{', '[1', '{"a"', '{"a":', '{"a":1', ']', '}', '[]]', '{}}'],
    ],
    ['closed by another', ['[}', '{]', '[{]}', '{"a":[}', '[1}', '{"a":1]']],
    [
      'commas and colons',
      ['[,]', '[1,]', '[,1]', '[1,,2]', '{,}', '{"a":1,}', '{"a",1}', '[1:2]', ':', ','],
    ],
    [
      'keys',
      [
        '{1:2}',
        '{a:1}',
        '{null:1}',
        '{"a" 1}',
        '{"a"::1}',
        '{[]:1}',
        '{"a":}',
        '{"a":1 "b":2}',
        '{"a"}',
      ],
    ],
    ['words of ours', ['[1] // x', '/**/1', '1;', '\ufeff\ufeff1', '\u00a01']],
  ] as const) {
    it(`which it is not: ${what}`, () => {
      for (const text of texts) {
        assert.equal(isParsed(text), false, text)
        assert.equal(scan(text), 'invalid-json', text)
      }
    })
  }

  it('a byte order mark may stand before it', () => assert.equal(scan('\ufeff{}'), 'plain'))

  it('by the same grammar as the parser, whatever is put into it, left out or doubled', () => {
    const random = createRandom(20)
    const seen = { json: 0, broken: 0 }
    for (let n = 0; n < 30_000; n++) {
      const text = changed(
        random,
        JSON.stringify(document(random, 3), null, random.pick(['', ' '])),
      )
      const isJson = isParsed(text)
      seen[isJson ? 'json' : 'broken']++
      assert.equal(scan(text) !== 'invalid-json', isJson, text)
    }
    assert.ok(seen.json > 5000 && seen.broken > 5000, JSON.stringify(seen))
  })
})

describe('numbers that a double may not hold', () => {
  for (const text of ['1234567890123456', '-1234567890123456', '[1,{"a":1e400}]', '1E2', '0.5e1']) {
    it(`are told: ${text}`, () => assert.equal(scan(text), 'long-numbers'))
  }
  for (const text of [
    '123456789012345',
    '-123456789012345.12345678901234567',
    '"1234567890123456e9"',
  ]) {
    it(`are not seen in ${text}`, () => assert.equal(scan(text), 'plain'))
  }
})

function document(random: Random, depth: number): unknown {
  const kind = random.below(depth === 0 ? 5 : 9)
  const some = <T>(make: () => T) => Array.from({ length: random.below(4) }, make)
  if (kind === 0) return random.pick([true, false, null])
  if (kind <= 2) return random.pick([0, -1, 1.5, 1e21, 1e-9, 2 ** 53 + 2, random.below(1000)])
  if (kind <= 4) return random.pick(['', 'a', '"\\', '\n\u0001', 'ü€😀', '\ud800', '1,2', '[{'])
  if (kind <= 6) return some(() => document(random, depth - 1))
  return Object.fromEntries(
    some(() => [random.pick(['a', 'b', '', '"', 'é']), document(random, depth - 1)]),
  )
}

/** At none to two places. */
function changed(random: Random, text: string): string {
  let result = text
  for (let changes = random.below(3); changes > 0; changes--) {
    const at = random.below(result.length + 1)
    const end = Math.min(result.length, at + random.below(3))
    const put = random.pick([
      '',
      ...'{}[],:"\\eE+-.0159tfnu \n\t\0'.split(''),
      result.slice(at, end),
    ])
    result = result.slice(0, at) + put + result.slice(random.pick([at, end]))
  }
  return result
}
