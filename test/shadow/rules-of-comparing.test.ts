import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { answer, between, verdictOf } from './pairs.ts'

describe('a rule', () => {
  it('ignores a place with all that is below it, with * for any key or index', () => {
    const ignore = ['/meta', '/items/*/seenAt', '/items/0/first']
    const v1 = { meta: { a: 1 }, items: [{ id: 1, seenAt: 1, first: 1 }] }
    const v2 = { items: [{ id: 1, seenAt: 2, first: 2 }] }
    assert.equal(between(v1, v2, { ignore }), 'equal')
    assert.deepEqual(between({ metadata: 1 }, { metadata: 2 }, { ignore }), ['/metadata value'])
  })

  it('ignores elements that are missing or extra, too, but not their number', () => {
    assert.deepEqual(between({ a: [1] }, { a: [1, 2] }, { ignore: ['/a/*'] }), ['/a size'])
  })

  it('finds equal elements equal where what differs in them is ignored', () => {
    const of = (...seen: number[]) => seen.map((at, n) => ({ n: n % 2 === 0 ? 'x' : 'y', at }))
    const v1 = of(1, 2)
    assert.deepEqual(between(v1, of(3, 4).reverse(), { ignore: ['/*/at'] }), ['order'])
  })

  it('knows no element by what is ignored', () => {
    const of = (...kinds: string[]) => kinds.map((kind, n) => ({ kind, rank: `rank-${n}` }))
    const [v1, v2] = [of('a', 'b', 'c'), of('b', 'c', 'a')]
    assert.deepEqual(between(v1, v2, { ignore: ['/*/rank'] }), ['order'])
    assert.deepEqual(between(v1, v2, { ignore: ['/*/kind'] }), 'equal')
  })

  it("tolerates a share of V1's number, also another one at a pointer", () => {
    const changes = { tolerance: 0.01, toleranceAt: [{ at: '/exact', share: 0 }] }
    assert.equal(between({ a: 0.1 }, { a: 0.101 }, changes), 'equal')
    assert.equal(between({ a: -100 }, { a: -99 }, changes), 'equal')
    assert.deepEqual(between({ a: 100 }, { a: 101.1 }, changes), ['/a value'])
    assert.deepEqual(between({ a: 0 }, { a: 0.0001 }, changes), ['/a value'])
    assert.deepEqual(between({ exact: 100 }, { exact: 101 }, changes), ['/exact value'])
  })

  it('takes an unordered array for a multiset', () => {
    const unordered = [{ at: '/tags', by: null }]
    assert.equal(between({ tags: ['a', 'b'] }, { tags: ['b', 'a'] }, { unordered }), 'equal')
    assert.deepEqual(between({ tags: ['a', 'a', 'b'] }, { tags: ['b', 'b', 'a'] }, { unordered }), [
      '/tags/* value',
    ])
  })

  it('does so within elements that are compared as a whole', () => {
    const unordered = [{ at: '/*/tags', by: null }]
    const [a, b] = [{ tags: ['x', 'y'] }, { tags: ['z'] }]
    assert.deepEqual(between([a, b], [b, { tags: ['y', 'x'] }], { unordered }), ['order'])
    assert.equal(between([a, b], [{ tags: ['y', 'x'] }, b], { unordered }), 'equal')
  })

  it('knows the elements of an unordered array by what it names', () => {
    const unordered = [{ at: '/items', by: '/offer/nr' }]
    const item = (nr: number, price: number) => ({
      offer: { nr },
      price,
      traceId: `${Math.sign(price)}`,
    })
    const v1 = { items: [item(1, 10), item(2, 20), item(3, 30)] }
    const v2 = { items: [item(3, 30), item(1, 10), item(4, 20)] }
    assert.deepEqual(between(v1, v2, { unordered }), ['/items/* extra', '/items/* missing'])
    const dear = { items: [item(3, 31), item(1, 10), item(2, 20)] }
    assert.deepEqual(between(v1, dear, { unordered }), ['/items/*/price value'])
  })

  it('names the headers that are compared', () => {
    const of = (...headers: string[]) =>
      answer('{}', ['content-type', 'application/json', ...headers])
    const headers = ['content-type', 'cache-control', 'x-version']
    assert.deepEqual(
      verdictOf(
        of('cache-control', ' no-store '),
        of('cache-control', 'no-store', 'x-version', '2'),
        {
          headers,
        },
      ),
      ['header x-version extra'],
    )
    assert.deepEqual(verdictOf(of('x-version', '1'), of('x-version', '2'), { headers }), [
      'header x-version value',
    ])
    assert.equal(verdictOf(of('x-version', '1'), of('x-version', '2')), 'equal')
  })

  it('compares a Content-Type by type and charset, and JSON without a charset as UTF-8', () => {
    const of = (type: string) => answer('{}', ['content-type', type])
    assert.equal(
      verdictOf(of('application/json'), of('Application/JSON; Charset="UTF-8"')),
      'equal',
    )
    const page = (type: string) => answer('<p>', ['content-type', type])
    assert.deepEqual(verdictOf(page('text/html'), page('text/html; charset=utf-8')), [
      'header content-type value',
    ])
  })

  it('has another status for a difference whether or not the bodies can be compared', () => {
    const lost = answer(null, [], { lost: 'too-large' })
    assert.deepEqual(verdictOf(answer('{}', [], { status: 500 }), answer('{}', [])), [
      'status value',
    ])
    assert.deepEqual(verdictOf(answer('{}', [], { status: 500 }), lost), ['status value'])
    assert.equal(verdictOf(answer('{}', []), lost), 'too-large')
    // Nobody keeps a body for which there is none to hold it against.
    const notKept = answer(null, [], { status: 500 })
    assert.deepEqual(verdictOf(notKept, lost), ['status value'])
    assert.equal(verdictOf(answer(null, []), lost), 'too-large')
  })

  it('has silence of V2 for a difference, but not that of V1 nor a client that left', () => {
    const whole = answer('{}', [])
    const silent = answer(null, [], { lost: 'no-answer', status: 0 })
    const brokenOff = answer(null, [], { lost: 'no-answer' })
    const unfinished = answer(null, [], { lost: 'unfinished' })
    assert.deepEqual(verdictOf(whole, silent), ['status missing'])
    assert.deepEqual(verdictOf(whole, brokenOff), ['body missing'])
    assert.deepEqual(verdictOf(answer(null, [], { lost: 'too-large' }), silent), ['status missing'])
    assert.equal(verdictOf(silent, whole), 'no-answer')
    assert.equal(verdictOf(unfinished, silent), 'unfinished')
    assert.equal(verdictOf(whole, unfinished), 'unfinished')
  })

  it('has another status for a difference even where an answer was broken off behind it', () => {
    const whole = answer('{}', [])
    const cut = (lost: 'no-answer' | 'unfinished' | 'too-large', status: number) =>
      answer(null, [], { lost, status })
    assert.deepEqual(verdictOf(whole, cut('no-answer', 500)), ['body missing', 'status value'])
    assert.deepEqual(verdictOf(cut('too-large', 200), cut('no-answer', 500)), [
      'body missing',
      'status value',
    ])
    assert.deepEqual(verdictOf(cut('no-answer', 500), whole), ['status value'])
    assert.deepEqual(verdictOf(cut('unfinished', 200), cut('no-answer', 500)), ['status value'])
    assert.deepEqual(verdictOf(whole, cut('unfinished', 500)), ['status value'])
    assert.equal(verdictOf(cut('no-answer', 0), cut('unfinished', 500)), 'no-answer')
  })
})
