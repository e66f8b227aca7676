import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { between } from './pairs.ts'

const offers = [
  { id: 11, title: 'Lamp', price: 100 },
  { id: 12, title: 'Desk', price: 250 },
  { id: 13, title: 'Chair', price: 80 },
  { id: 14, title: 'Shelf', price: 120 },
]
const shuffled = <T>(list: readonly T[]): T[] => [2, 0, 3, 1].map(at => list[at] as T)
const dearer = <T extends { price: number }>(list: readonly T[]): T[] =>
  list.map(each => ({ ...each, price: each.price * 1.01 }))
let made = 0
const withNewIds = <T extends object>(list: readonly T[]) =>
  list.map(each => ({ ...each, traceId: `trace-${made++}` }))

describe('arrays of which no rule speaks', () => {
  it('differ by order alone where only the order differs', () => {
    assert.deepEqual(between({ items: offers }, { items: shuffled(offers) }), ['/items order'])
    assert.deepEqual(between([1, 2, 2, 3], [2, 3, 1, 2]), ['order'])
    fc.assert(
      fc.property(
        fc
          .array(fc.jsonValue(), { minLength: 2 })
          .chain(list =>
            fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
          ),
        ([list, other]) => {
          const verdict = between(list, other)
          if (verdict !== 'equal') assert.deepEqual(verdict, ['order'])
        },
      ),
    )
  })

  it('name a wrong price within a shuffled list', () => {
    assert.deepEqual(between({ items: offers }, { items: shuffled(dearer(offers)) }), [
      '/items order',
      '/items/*/price value',
    ])
  })

  it('name it without any id to know the elements by', () => {
    const nameless = [
      { kind: 'a', size: 1, price: 100 },
      { kind: 'a', size: 2, price: 100 },
      { kind: 'b', size: 1, price: 300 },
      { kind: 'b', size: 2, price: 400 },
    ]
    assert.deepEqual(between(nameless, shuffled(dearer(nameless))), ['order', '/*/price value'])
  })

  it('are not fooled by ids made up for each answer', () => {
    assert.deepEqual(between(withNewIds(offers), withNewIds(shuffled(dearer(offers)))), [
      'order',
      '/*/price value',
      '/*/traceId value',
    ])
  })

  it('know elements by a field one level down', () => {
    const nested = offers.map(({ id, price }) => ({ offer: { id }, price, tags: [] }))
    assert.deepEqual(between(nested, shuffled(dearer(nested))), ['order', '/*/price value'])
  })

  it('name what is missing, what is extra, and the size', () => {
    assert.deepEqual(between({ items: offers }, { items: offers.slice(1) }), [
      '/items size',
      '/items/* missing',
    ])
    const other = { id: 99, title: 'Sofa', price: 900 }
    assert.deepEqual(between(offers, [...offers.slice(0, 3), other]), ['/* extra', '/* missing'])
  })

  it('of scalars name the element that is another', () => {
    assert.deepEqual(between({ prices: [10, 20, 30] }, { prices: [30, 20.2, 10] }), [
      '/prices order',
      '/prices/* value',
    ])
    assert.deepEqual(between(['a', 'b'], ['b', 'a', 'c']), ['order', 'size', '/* extra'])
  })

  it('fall back to positions where elements have nothing in common', () => {
    const v1 = [
      { at: 'one', by: 'x' },
      { at: 'two', by: 'x' },
    ]
    const v2 = [
      { at: 'three', by: 'x' },
      { at: 'four', by: 'x' },
    ]
    assert.deepEqual(between(v1, v2), ['/*/at value'])
  })
})
