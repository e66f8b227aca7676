import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  faultInWords,
  fieldsOf,
  mostAheadSeconds,
  mostDays,
  readRevocation,
} from '../../src/fleet/revocation/read-revocation.ts'

const nowSeconds = 1_800_000_000
const facts = {
  writtenAt: nowSeconds * 1000 + 500,
  now: nowSeconds * 1000 + 500,
  maxTokenLifetimeSeconds: 3600,
}

const read = (...fields: string[]) => readRevocation(fields, facts)

function found(...fields: string[]) {
  const result = read(...fields)
  assert.ok(result.ok, result.ok ? '' : faultInWords(result.fault))
  return result.revocation
}

test('a token and a session end when they say, or after the longest life of a token', () => {
  assert.deepEqual(found('jti', 't', 'until', '1800000060'), {
    ...{ kind: 'jti', value: 't', issuer: null, before: null },
    until: 1_800_000_060,
  })
  assert.deepEqual(found('sid', 's', 'iss', 'https://a'), {
    ...{ kind: 'sid', value: 's', issuer: 'https://a', before: null },
    until: nowSeconds + 1 + 3600,
  })
})

test('of a caller the whole second in which it was written counts, and it ends a token later', () => {
  assert.deepEqual(found('sub', 'anna'), {
    ...{ kind: 'sub', value: 'anna', issuer: null, before: nowSeconds + 1 },
    until: nowSeconds + 1 + 3600,
  })
  const given = found('sub', 'anna', 'before', '1799999000')
  assert.deepEqual([given.before, given.until], [1_799_999_000, 1_799_999_000 + 3600])
})

test('a default counts from when it was written, whenever it is read', () => {
  const later = readRevocation(['sid', 's'], { ...facts, now: facts.now + 1_000_000 })
  assert.ok(later.ok)
  assert.deepEqual(later.revocation, found('sid', 's'))
})

test('what is written down again is read as the same', () => {
  for (const fields of [
    ['jti', 't', 'until', '1800000060'],
    ['sub', 'anna', 'iss', 'https://a'],
    ['sid', 's'],
  ]) {
    const revocation = found(...fields)
    const again = readRevocation(fieldsOf(revocation), { ...facts, writtenAt: 0 })
    assert.deepEqual(again, { ok: true, revocation })
  }
})

const wrong: readonly (readonly [string[], string])[] = [
  [[], 'one of jti, sub and sid must be given, and one only, received none of them'],
  [
    ['who', 'ada', 'why', 'x'],
    'one of jti, sub and sid must be given, and one only, received none of them',
  ],
  [
    ['jti', 't', 'sid', 's'],
    'one of jti, sub and sid must be given, and one only, received jti and sid',
  ],
  [['jti', 't', 'jti', 't'], 'jti must be given once, received it again'],
  [['jti', 't', 'befor', '1'], '"befor" must be left out, it is no field, received it'],
  [['constructor', 't'], '"constructor" must be left out, it is no field, received it'],
  [['jti', ''], 'jti must be 1 to 512 characters on one line, received 0 characters'],
  [
    ['sub', 'x'.repeat(513)],
    'sub must be 1 to 512 characters on one line, received 513 characters',
  ],
  [['sid', 'a\nb'], 'sid must be 1 to 512 characters on one line, received 3 characters'],
  [['sid', 's', 'iss', ''], 'iss must be 1 to 512 characters on one line, received 0 characters'],
  [['jti', 't', 'before', '1'], 'before must be left out with jti, received "1"'],
  [['sub', 'a', 'until', '1'], 'until must be left out with sub, received "1"'],
  [['sub', 'a', 'before', 'now'], 'before must be whole seconds since the epoch, received "now"'],
  [['jti', 't', 'until', '1e9'], 'until must be whole seconds since the epoch, received "1e9"'],
  [['jti', 't', 'until', '-1'], 'until must be whole seconds since the epoch, received "-1"'],
  [['jti', 't', 'until', '01'], 'until must be whole seconds since the epoch, received "01"'],
  [
    ['jti', 't', 'until', '1800000000000'],
    'until must be whole seconds since the epoch, received "1800000000000"',
  ],
  [
    ['jti', 't', 'until', `${nowSeconds + mostDays * 86_400 + 1}`],
    'until must be at most 366 days ahead, received 1831622401',
  ],
  [
    ['sub', 'a', 'before', `${nowSeconds + mostAheadSeconds + 1}`],
    'before must be at most 300 s ahead, received 1800000301',
  ],
]

for (const [fields, sentence] of wrong) {
  test(`refused: ${sentence}`, () => {
    const result = read(...fields)
    assert.ok(!result.ok)
    assert.equal(faultInWords(result.fault), `Cannot revoke: ${sentence}`)
  })
}

test('a value that stands in the wrong place is not told whole', () => {
  const result = read('jti', 't', 'until', 'eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.secret')
  assert.ok(!result.ok)
  assert.equal(result.fault.received, '"eyJhbGciOiJSUzI1NiIs…"')
})
