import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createMapping, type Mapping } from '../../src/upstream/mapping/mapping.ts'
import { mappingConfig } from './mapping-parts.ts'

const json = ['content-type', 'application/json']

describe('a target', () => {
  const { target } = createMapping(
    mappingConfig({
      paths: [
        { from: '/api/offers/new', to: '/jobs/open' },
        { from: '/api/offers', to: '/jobs' },
        { from: '/v1', to: '/' },
      ],
      query: { offer: 'job', job: 'work', 'a b': 'c&d' },
    }),
  ) as Mapping
  const mapped: Readonly<Record<string, string>> = {
    '/api/offers': '/jobs',
    '/api/offers/': '/jobs/',
    '/api/offers/7%20x;y': '/jobs/7%20x;y',
    '/api/offers/new/1': '/jobs/open/1',
    '/api/offers/newer': '/jobs/newer',
    '/api/offersx': '/api/offersx',
    '/v1': '/',
    '/v1/a/b': '/a/b',
    '/v12': '/v12',
    '/a?': '/a?',
    '/a?offer=1&x=%2F+%20&&=&offer': '/a?job=1&x=%2F+%20&&=&job',
    '/a?job=1&offer=2': '/a?work=1&job=2',
    '/a?work=9&job=1': '/a?work=1',
    '/a?a+b=1&a%20b=2&%zz=3': '/a?c%26d=1&c%26d=2&%zz=3',
  }
  for (const [from, to] of Object.entries(mapped)) {
    test(`${from} becomes ${to}`, () => assert.equal(target(from), to))
  }
})

describe('a location', () => {
  const mapping = createMapping(
    mappingConfig({ paths: [{ from: '/api/offers', to: '/jobs' }], response: { body: '$' } }),
  )
  const mapped: Readonly<Record<string, string>> = {
    '/jobs/1?a=/jobs#/jobs': '/api/offers/1?a=/jobs#/jobs',
    'http://Service.test/jobs/1': 'http://Service.test/api/offers/1',
    'http://other.test/jobs/1': 'http://other.test/jobs/1',
    '//service.test/jobs/1': '//service.test/jobs/1',
    '/jobsite/1': '/jobsite/1',
    'jobs/1': 'jobs/1',
  }
  for (const [from, to] of Object.entries(mapped)) {
    test(`${from} becomes ${to}`, () => {
      for (const name of ['location', 'content-location']) {
        const headers = mapping.answerHeaders([name, from], 'service.test', 201, false)
        assert.deepEqual(headers, [name, to])
      }
    })
  }
})

describe('headers', () => {
  const rules = { remove: ['X-Gone'], rename: { 'X-Old': 'X-New' }, set: { 'X-Set': 'b' } }
  const mapping = createMapping(
    mappingConfig({ request: { headers: rules }, response: { headers: rules } }),
  )

  test('are removed, renamed and set, and what is there under a new name gives way', () => {
    const sent = [
      'x-gone',
      '1',
      'x-old',
      '2',
      'x-old',
      '3',
      'x-new',
      '4',
      'x-set',
      '5',
      'b',
      'x-old',
    ]
    const expected = ['x-new', '2', 'x-new', '3', 'b', 'x-old', 'x-set', 'b']
    assert.deepEqual(mapping.requestHeaders(sent, 'GET', false), expected)
    assert.deepEqual(mapping.answerHeaders(sent, '', 200, false), expected)
  })

  test('under a new name stay where nothing is renamed', () => {
    const kept = ['x-new', '4', 'x-set', 'b']
    assert.deepEqual(mapping.requestHeaders(['x-new', '4'], 'GET', false), kept)
  })
})

describe('an entity tag', () => {
  const mapping = createMapping(mappingConfig({ response: { body: 'jobs' } }))
  const other = createMapping(mappingConfig({ response: { body: 'offers' } }))
  const answered = (etag: string, status = 200, by = mapping) =>
    by.answerHeaders(['etag', etag], '', status, status !== 304)[1] as string
  const asked = (name: string, value: string, method = 'GET') =>
    mapping.requestHeaders([name, value], method, false)

  test('is the mapping’s own, and the upstream’s again on the way back', () => {
    for (const tag of ['"a"', 'W/"a-b"', '""']) {
      const marked = answered(tag)
      assert.notEqual(marked, tag)
      assert.equal(answered(tag, 304), marked)
      assert.deepEqual(asked('if-none-match', marked).slice(0, 2), ['if-none-match', tag])
      assert.deepEqual(asked('if-match', marked, 'PUT').slice(0, 2), ['if-match', tag])
    }
  })

  test('from elsewhere makes no answer a 304, and keeps a write from going ahead', () => {
    const foreign = answered('"a"', 200, other)
    assert.notEqual(foreign, answered('"a"'))
    const rest = ['accept-encoding', 'identity']
    assert.deepEqual(asked('if-none-match', `"a", ${foreign}`), rest)
    assert.deepEqual(asked('if-none-match', '*'), ['if-none-match', '*', ...rest])
    assert.deepEqual(asked('if-none-match', '"a"', 'PUT'), ['if-none-match', '"a"', ...rest])
    assert.deepEqual(asked('if-match', foreign, 'PUT'), ['if-match', foreign, ...rest])
    const mixed = `"x", ${answered('"a"')}, ${answered('W/"b"')}`
    assert.deepEqual(asked('if-none-match', mixed), ['if-none-match', '"a", W/"b"', ...rest])
  })

  test('of an answer that passes as it is stays', () => {
    assert.deepEqual(mapping.answerHeaders(['etag', '"a"'], '', 404, false), ['etag', '"a"'])
  })

  test('stays where only errors are mapped', () => {
    const errors = createMapping(mappingConfig({ response: { errorBody: '$' } }))
    assert.deepEqual(errors.requestHeaders(['if-none-match', '"a"'], 'GET', false).slice(0, 2), [
      'if-none-match',
      '"a"',
    ])
  })
})

test('what is JSON says so, by type or by suffix', () => {
  const { ofAnswer } = createMapping(mappingConfig({ response: { body: '$' } }))
  const says = (type: string) => ofAnswer(200, ['content-type', type]) !== null
  for (const type of [
    'application/json',
    'Application/JSON; charset=utf-8',
    'application/a+json ',
  ]) {
    assert.ok(says(type), type)
  }
  for (const type of ['text/json', 'application/jsonp', 'application/json-seq', 'json', '']) {
    assert.ok(!says(type), type)
  }
  assert.equal(ofAnswer(200, []), null)
  assert.deepEqual(ofAnswer(299, json)?.field, 'response.body')
})
