import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { answer, between, verdictOf } from './pairs.ts'

describe('two JSON answers', () => {
  it('are equal whatever the order of their keys, their spaces and the spelling of a number', () => {
    const v1 = '{"a":1,"b":{"c":[1.0,"x"],"d":null}}'
    const v2 = ' { "b": {"d":null, "c":[1, "\\u0078"]}, "a":1e0 }\n'
    assert.equal(verdictOf(answer(v1), answer(v2)), 'equal')
  })

  it('differ at pointers, by what is missing, extra, of another type or value', () => {
    const v1 = { price: 100, gone: true, 'a/b~c': 1, deep: { list: [{ n: '1' }] } }
    const v2 = { price: 101, 'a/b~c': 2, deep: { list: [{ n: 1 }] }, more: null }
    assert.deepEqual(between(v1, v2), [
      '/a~1b~0c value',
      '/deep/list/*/n type',
      '/gone missing',
      '/more extra',
      '/price value',
    ])
  })

  it('tell null, absent, empty and false apart', () => {
    assert.deepEqual(between({ a: null }, {}), ['/a missing'])
    assert.deepEqual(between({ a: null }, { a: false }), ['/a type'])
    assert.deepEqual(between({ a: [] }, { a: {} }), ['/a type'])
    assert.deepEqual(between([], [null]), ['size', '/* extra'])
  })

  it('show a place once, however many elements differ there', () => {
    const items = (factor: number) =>
      Array.from({ length: 50 }, (_, id) => ({ id, price: (id + 1) * factor }))
    assert.deepEqual(between({ items: items(1) }, { items: items(1.01) }), ['/items/*/price value'])
  })

  it('show what lies very deep as one place: a small document must not make many long ones', () => {
    const deep = (leaf: object) => {
      let value = leaf
      for (let level = 0; level < 40; level++) value = { levelWithQuiteALongName: value }
      return value
    }
    const places = between(deep({ a: 1, b: 1, c: 1 }), deep({ a: 2, b: 2, c: 2 }))
    assert.deepEqual(places, [`${'/levelWithQuiteALongName'.repeat(10)}/* value`])
  })

  it('are not fooled by keys that objects have from birth', () => {
    const v1 = '{"__proto__":{"admin":true},"constructor":1}'
    assert.deepEqual(verdictOf(answer(v1), answer('{}')), [
      'body /__proto__ missing',
      'body /constructor missing',
    ])
    assert.deepEqual(verdictOf(answer('{"__proto__":{"a":1}}'), answer('{"__proto__":{"a":2}}')), [
      'body /__proto__/a value',
    ])
    assert.equal(({} as { admin?: boolean }).admin, undefined)
  })

  it('keep long integers apart that a double cannot', () => {
    const of = (id: string) => answer(`{"id":${id}}`)
    assert.deepEqual(verdictOf(of('9007199254740993'), of('9007199254740992')), ['body /id value'])
    assert.equal(verdictOf(of('12345678901234567890'), of('12345678901234567890')), 'equal')
    assert.deepEqual(verdictOf(of('1e400'), of('2e400')), ['body /id value'])
    assert.equal(verdictOf(of('0.30000000000000004'), of('0.300000000000000044')), 'equal')
  })

  it('let the last of two equal keys count', () => {
    assert.equal(verdictOf(answer('{"a":1,"a":2}'), answer('{"a":2}')), 'equal')
  })

  it('keep ids and personal keys out of pointers', () => {
    const keys = [
      '17',
      '0190b5f2-6d0e-7c3a-9f2e-1d8c5a7b9e01',
      'deadbeef01',
      'anna@example.com',
      'Anna Miller',
      'order-20261121',
      'aB3dE5gH7jK9',
      'a'.repeat(41),
    ]
    for (const key of keys) assert.deepEqual(between({ [key]: 1 }, { [key]: 2 }), ['/* value'], key)
    assert.deepEqual(between({ sha256: 1 }, { sha256: 2 }), ['/sha256 value'])
  })

  it('take an object with more than a hundred keys for a map', () => {
    const map = (value: number) =>
      Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`word${n}`, value]))
    assert.deepEqual(between(map(1), map(2)), ['/* value'])
  })

  it('stop at 64 places and are different all the same', () => {
    const wide = (value: number) =>
      Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`word${n}`, value]))
    assert.equal(between(wide(1), wide(2)).length, 64)
  })

  it('differ the other way round in the same places, missing for extra', () => {
    const swapped = (verdict: string | readonly string[]) =>
      typeof verdict === 'string'
        ? verdict
        : verdict
            .map(each =>
              each.replace(/(missing|extra)$/, kind => (kind === 'extra' ? 'missing' : 'extra')),
            )
            .sort()
    const sorted = (verdict: string | readonly string[]) =>
      typeof verdict === 'string' ? verdict : [...verdict].sort()
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (v1, v2) => {
        assert.deepEqual(sorted(between(v2, v1)), swapped(between(v1, v2)))
      }),
    )
  })

  it('are equal to themselves with their keys in another order', () => {
    const turned = (value: unknown): unknown => {
      if (typeof value !== 'object' || value === null) return value
      if (Array.isArray(value)) return value.map(turned)
      // Own keys only: a literal `__proto__` must stay a key.
      return Object.entries(value)
        .reverse()
        .reduce((all, [key, inner]) => {
          Object.defineProperty(all, key, {
            value: turned(inner),
            enumerable: true,
            configurable: true,
            writable: true,
          })
          return all
        }, {})
    }
    fc.assert(
      fc.property(fc.jsonValue(), value => assert.equal(between(value, turned(value)), 'equal')),
    )
  })
})
