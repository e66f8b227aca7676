import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ShadowRule } from '../../src/config/shadow-rule.ts'
import { compareAnswers } from '../../src/shadow/compare/compare-answers.ts'
import { planOf } from '../../src/shadow/compare/plan.ts'
import type { Sample } from '../../src/shadow/difference.ts'
import { sampleOf } from '../../src/shadow/mask/sample-of.ts'
import type { CapturedAnswer, Pair } from '../../src/shadow/pair.ts'
import { answer, pairOf, rule } from './pairs.ts'
import { harmlessTexts, secretKeys, secretTexts } from './planted-secrets.ts'

function samplesOf(
  a: CapturedAnswer,
  b: CapturedAnswer,
  changes: Partial<ShadowRule> = {},
  of: Partial<Pair> = {},
  matchPath = '/',
): Sample[] {
  const pair = pairOf(a, b, of)
  return compareAnswers(pair, planOf(rule(changes))).found.map(each =>
    sampleOf(each, pair, matchPath),
  )
}

/** What is shown of two values under a key. */
function shownAt(
  key: string,
  v1: unknown,
  v2: unknown,
  changes: Partial<ShadowRule> = {},
): string[] {
  const body = (value: unknown) => answer(JSON.stringify({ [key]: value }))
  return samplesOf(body(v1), body(v2), changes).flatMap(sample => [sample.v1, sample.v2])
}

describe('a sample', () => {
  it('shows harmless scalars as JSON', () => {
    for (const text of harmlessTexts) {
      assert.deepEqual(shownAt('state', text, 'x'), [JSON.stringify(text), '"x"'], text)
    }
    assert.deepEqual(shownAt('state', 99.5, true), ['99.5', 'true'])
    assert.deepEqual(shownAt('state', null, 1234567), ['null', '1234567'])
  })

  it('shows of arrays and objects their size alone', () => {
    assert.deepEqual(shownAt('state', [1, 2], { a: 1 }), ['array of 2', 'object of 1'])
  })

  for (const secret of secretTexts) {
    it(`never shows ${secret.slice(0, 24)}`, () => {
      const masked = `‹string, ${secret.length}›`
      assert.deepEqual(shownAt('state', secret, 'x'), [masked, '"x"'])
      const headers = (value: string) => answer('{}', ['x-state', value])
      const [sample] = samplesOf(headers(secret), headers('x'), { headers: ['x-state'] })
      assert.equal(sample?.v1, masked)
    })
  }

  for (const key of secretKeys) {
    it(`never shows what stands at ${key}, nor below it`, () => {
      assert.deepEqual(shownAt(key, 'a', 'bc'), ['‹string, 1›', '‹string, 2›'])
      assert.deepEqual(shownAt(key, 1, true), ['‹number›', '‹boolean›'])
      assert.deepEqual(shownAt(key, [{ x: 'a' }], [{ x: 'b' }]), ['‹string, 1›', '‹string, 1›'])
      const headers = (value: string) => answer('{}', [key.toLowerCase(), value])
      const [sample] = samplesOf(headers('a'), headers('b'), { headers: [key.toLowerCase()] })
      assert.equal(sample?.v1, '‹string, 1›')
    })
  }

  it('never shows numbers as long as those of phones, accounts and cards', () => {
    assert.deepEqual(shownAt('state', 4929123456, 123456789012345680000), ['‹number›', '‹number›'])
    const long = (digits: string) => answer(`{"state":${digits}}`)
    const [sample] = samplesOf(long('4242424242424242424242'), long('1'))
    assert.equal(sample?.v1, '‹number›')
  })

  it('never shows what a rule masks, nor what is below it', () => {
    const mask = ['/state/*/colour']
    assert.deepEqual(shownAt('state', [{ colour: 'red' }], [{ colour: 'blue' }], { mask }), [
      '‹string, 3›',
      '‹string, 4›',
    ])
    assert.deepEqual(shownAt('state', [{ size: 'red' }], [{ size: 'blue' }], { mask }), [
      '"red"',
      '"blue"',
    ])
  })

  it('shows the beginning of a long text, and no half characters', () => {
    const text = `${'x-'.repeat(31)}a𐐨${'-y'.repeat(20)}`
    const [first = ''] = shownAt('state', text, 'x')
    assert.equal(first, `"${'x-'.repeat(31)}a\ufffd"…`)
  })

  it('of a cookie shows its length', () => {
    const cookies = (value: string) => answer('{}', ['set-cookie', value])
    const [sample] = samplesOf(cookies('sid=1'), cookies('sid=23'), { headers: ['set-cookie'] })
    assert.deepEqual([sample?.v1, sample?.v2], ['‹string, 5›', '‹string, 6›'])
  })

  it('names the endpoint without ids, and without what may be personal', () => {
    for (const [path, endpoint] of [
      ['/', '/'],
      ['/api/v1/offers', '/api/v1/offers'],
      ['/api/offers/17', '/api/offers/*'],
      ['/api/offers/f47ac10b-58cc-4372-a567-0e02b2c3d479/price', '/api/offers/*/price'],
      ['/users/anna', '/users/*'],
      ['/reset/token/abcdef', '/reset/*/*'],
      ['/reset/hunter', '/reset/*'],
      ['/invite/AbCdEfGhIj', '/invite/*'],
      ['/magic/qwertyuiopasdfgh', '/magic/*'],
      ['/go/qwertyuiopasdfgh', '/go/*'],
      ['/go/AbCdEfGhIj', '/go/*'],
      ['/go/hunter2', '/go/*'],
      ['/u/jane.doe', '/u/*'],
      ['/u/jane/line-items', '/u/*/line-items'],
      ['/go/jane.doe', '/go/*'],
      ['/by/anna@example.com', '/by/*'],
      ['/by/Anna%20Miller', '/by/*'],
      ['/by/4242424242424242', '/by/*'],
      ['/a/b/c/d/e/f/g/h', '/a/b/c/d/e/f'],
    ] as const) {
      const [sample] = samplesOf(answer('1'), answer('2'), {}, { path })
      assert.equal(sample?.endpoint, `GET ${endpoint}`)
    }
  })

  it('names what the route itself names, and not what follows that', () => {
    for (const [matchPath, path, endpoint] of [
      ['/Shop2/b2b.v1', '/Shop2/b2b.v1/items', '/Shop2/b2b.v1/items'],
      ['/Shop2/b2b.v1', '/Shop2/b2b.v1/b2b.v1', '/Shop2/b2b.v1/*'],
      ['/users', '/users/anna', '/users/*'],
      ['/reset/links', '/reset/links/abc', '/reset/links/*'],
      ['/', '/Shop2', '/*'],
      ['/other/Shop2', '/go/Shop2', '/go/*'],
    ] as const) {
      const [sample] = samplesOf(answer('1'), answer('2'), {}, { path }, matchPath)
      assert.equal(sample?.endpoint, `GET ${endpoint}`)
    }
  })

  it('says which request it was, and when', () => {
    const [sample] = samplesOf(answer('1'), answer('2'))
    assert.equal(sample?.requestId, 'request-1')
    assert.equal(sample?.seenAt, 1_700_000_000_000)
  })
})
