import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { compareAll, offers, onlyRoute, openComparer, signaturesInWords } from './comparers.ts'
import { answer, inPieces, pairOf } from './pairs.ts'
import { secretKeys, secretTexts } from './planted-secrets.ts'

const good = answer('{"price":100,"at":1}')
const dear = answer('{"price":101,"at":1}')
const late = answer('{"price":101,"at":2}')

describe('a comparer', () => {
  it('counts pairs by what they are of, and by the places in which they differ', async t => {
    const comparer = openComparer()
    t.after(comparer.close)
    await compareAll(comparer, [
      pairOf(good, good),
      pairOf(good, dear),
      pairOf(good, dear),
      pairOf(good, late),
      pairOf(good, late, { repeatable: false }),
      pairOf(dear, late, { kind: 'noise' }),
    ])
    const report = onlyRoute(comparer.takeReport())
    assert.equal(report.shadow.pairs, 4)
    assert.deepEqual(signaturesInWords(report.shadow), [
      '1× body /at value, body /price value',
      '2× body /price value',
    ])
    assert.deepEqual(signaturesInWords(report.unrepeatable), [
      '1× body /at value, body /price value',
    ])
    assert.deepEqual(signaturesInWords(report.noise), ['1× body /at value'])
    assert.deepEqual(comparer.takeReport(), [])
  })

  it('keeps bodies, headers and what is said of a pair together, whatever is sent with them', async t => {
    const comparer = openComparer()
    t.after(comparer.close)
    const zipped = answer(gzipSync('{"a":1}'), [
      ...['x-other', 'a\nb', 'content-type', 'application/json', 'content-encoding', 'gzip'],
    ])
    const pairs = Array.from({ length: 300 }, (_, n) =>
      n % 3 === 0
        ? pairOf(zipped, answer('{"a":1}'))
        : pairOf(answer(`{"n":${n}}`), answer(`{"n":${n + (n % 3) - 1}}`), {
            requestId: `request\n${n}`,
            path: `/api/offers/${n}`,
          }),
    )
    await compareAll(comparer, [...pairs, pairOf(answer(''), answer('')), pairOf(good, answer(''))])
    const { shadow, samples } = onlyRoute(comparer.takeReport())
    assert.deepEqual(signaturesInWords(shadow), ['100× body /n value', '1× body missing'])
    assert.equal(shadow.pairs, 302)
    const [first] = samples.filter(sample => sample.at === '/n')
    assert.deepEqual(first, {
      part: 'body',
      at: '/n',
      kind: 'value',
      v1: '2',
      v2: '3',
      endpoint: 'GET /api/offers/*',
      requestId: 'request 2',
      seenAt: 1_700_000_000_000,
    })
  })

  it('keeps a few samples of each difference in each report, and none of noise', async t => {
    const comparer = openComparer()
    t.after(comparer.close)
    for (let period = 0; period < 2; period++) {
      const pairs = Array.from({ length: 200 }, () => pairOf(good, late))
      await compareAll(comparer, [...pairs, pairOf(good, answer('{}'), { kind: 'noise' })])
      const { samples } = onlyRoute(comparer.takeReport())
      assert.deepEqual(
        samples.map(sample => sample.at),
        ['/at', '/price', '/at', '/price', '/at', '/price'],
      )
    }
  })

  it('says at once why answers that are lost cannot be compared, but sees another status', async t => {
    const comparer = openComparer()
    t.after(comparer.close)
    const lost = (reason: 'no-answer' | 'unfinished' | 'too-large' | 'no-room', status = 200) =>
      answer(null, undefined, { lost: reason, status })
    await compareAll(comparer, [
      pairOf(good, lost('no-answer')),
      pairOf(lost('too-large'), good),
      pairOf(good, lost('no-room')),
      pairOf(good, lost('too-large', 500)),
      pairOf(lost('no-answer', 0), good),
      pairOf(lost('no-answer', 500), good),
      pairOf(lost('unfinished'), good),
    ])
    const { shadow } = onlyRoute(comparer.takeReport())
    assert.deepEqual(shadow.notCompared, {
      'no-answer': 1,
      'too-large': 1,
      'no-room': 1,
      unfinished: 1,
    })
    assert.deepEqual(signaturesInWords(shadow), ['1× body missing', '2× status value'])
    assert.equal(shadow.pairs, 3)
  })

  it('counts how much later the second answer came, as long as there were two', async t => {
    const comparer = openComparer()
    t.after(comparer.close)
    const after = (headMs: number) => ({ ...good, headMs })
    await compareAll(comparer, [
      pairOf(after(5), after(5)),
      pairOf(after(5), after(10)),
      pairOf(after(10), after(5)),
      pairOf(after(5), answer(null, [], { lost: 'too-large', headMs: 5 })),
      pairOf(after(5), answer(null, [], { lost: 'no-answer', headMs: 99 })),
    ])
    const { latency } = onlyRoute(comparer.takeReport()).shadow
    assert.deepEqual(latency, { '0': 2, '100': 1, '-100': 1 })
  })

  it('finishes pairs of routes that a reload took away, each under its own rule', async t => {
    const comparer = openComparer()
    t.after(comparer.close)
    const strict = { ...offers, basis: 'later', rule: { ...offers.rule, ignore: ['/price'] } }
    const before = compareAll(comparer, [pairOf(good, dear)])
    comparer.setRoutes([strict])
    const laterPair = pairOf(good, dear, { basis: 'later' })
    await Promise.all([before, compareAll(comparer, [laterPair, pairOf(good, dear)])])
    const report = comparer.takeReport()
    assert.deepEqual(
      report.map(({ basis, shadow }) => [basis, shadow.pairs, shadow.signatures.length]),
      [
        ['basis', 2, 1],
        ['later', 1, 0],
      ],
    )
  })

  it('waits long for pairs of routes that were taken away, and not for ever', async t => {
    const comparer = openComparer()
    t.after(comparer.close)
    const reload = (generation: number) =>
      comparer.setRoutes([{ ...offers, basis: `basis ${generation}` }])
    for (let generation = 0; generation < 100; generation++) reload(generation)
    await compareAll(comparer, [pairOf(good, dear)])
    assert.equal(onlyRoute(comparer.takeReport()).shadow.pairs, 1)
    for (let generation = 100; generation < 102; generation++) reload(generation)
    await compareAll(comparer, [pairOf(good, dear)])
    assert.deepEqual(comparer.takeReport(), [])
  })

  it('takes a pair of a route that it never heard of, and tells nobody', async t => {
    const comparer = openComparer()
    t.after(comparer.close)
    await compareAll(comparer, [pairOf(good, dear, { route: 'other' })])
    assert.deepEqual(comparer.takeReport(), [])
  })

  it('calls back later, never while it is called', async t => {
    const comparer = openComparer()
    t.after(comparer.close)
    let called = 0
    comparer.compare(
      inPieces(pairOf(good, answer(null, [], { lost: 'too-large' }))),
      () => called++,
    )
    comparer.compare(inPieces(pairOf(good, good, { route: 'other' })), () => called++)
    assert.equal(called, 0)
    await new Promise(setImmediate)
    assert.equal(called, 2)
  })

  it('tells none of the secrets and nothing of the people in the bodies', async t => {
    const comparer = openComparer()
    t.after(comparer.close)
    const texts = secretTexts.map((text, n) => ({ [`word${n}`]: text }))
    const keyed = secretKeys.map(key => ({ [key]: `planted in ${key}` }))
    const asKeys = secretTexts.slice(0, 22).map(text => ({ [text]: 1 }))
    const documents = [
      ...texts,
      ...keyed,
      ...asKeys,
      { credentials: { a: ['deep planted in it'] } },
    ]
    await compareAll(
      comparer,
      documents.flatMap(document => {
        const planted = answer(JSON.stringify(document))
        return [pairOf(planted, answer('{}')), pairOf(answer('{}'), planted)]
      }),
    )
    await compareAll(
      comparer,
      documents.map(document =>
        pairOf(
          answer(JSON.stringify(document)),
          answer(JSON.stringify(document, (_, value) => (typeof value === 'string' ? 'x' : value))),
        ),
      ),
    )
    const told = JSON.stringify(comparer.takeReport())
    for (const secret of secretTexts) {
      assert.ok(!told.includes(JSON.stringify(secret).slice(1, -1)), secret)
    }
    assert.ok(!told.includes('planted in'), told)
    assert.ok(!told.includes('hunter2') && !told.includes('example.com'))
  })
})
