import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, it } from 'node:test'
import { expressionProblem } from '../../src/config/expression.ts'
import { configDir, faultLines, faultsOf, snapshotOf } from './config-dir.ts'

/** A route whose V2 has this mapping, written from line 4 on. */
function files(mapping: string): Record<string, string> {
  return {
    'routes/match.yaml': [
      'match: { path: /api/match }',
      'v1: { url: http://127.0.0.1:5062 }',
      'v2: { url: http://127.0.0.1:5070, mapping: {',
      `    ${mapping}`,
      '  } }',
      'flag: v2_migration',
      'policy: careful',
      '',
    ].join('\n'),
  }
}

const allowed: readonly string[] = [
  '',
  'paths: [{ from: /offers/new, to: /jobs/open }, { from: /offers, to: / }]',
  'query: { offer: job, job: offer }',
  'request: { headers: { set: { x-a: b }, remove: [x-b], rename: { x-c: x-d } } }',
  `request: { body: '{ "jobId": offerId, "by": $method & $path & $query.page }' }`,
  `response: { body: '{ "offers": [jobs.{ "id": jobId }], "was": $status }', errorBody: '$' }`,
  `response: { body: '($f := function($x) { $x * 2 }; jobs@$j#$i.{ "n": $i, "v": $f($j.v) })' }`,
  `response: { body: '$$ ~> |jobs|{ "at": $now() }, ["secret"]|' }`,
]

/** Mapping → the faults, as `field rule`, ` ?hint`. */
const refused: Readonly<Record<string, readonly string[]>> = {
  'paths: [{ from: /offers/, to: /a//b }]': [
    'paths[0].from canonical: no //, dot segments, %, ; or backslash, and no slash at the end',
    'paths[0].to canonical: no //, dot segments, %, ; or backslash, and no slash at the end',
  ],
  'paths: [{ from: /offers, to: /jobs }, { from: /offers, to: /b }]': [
    'paths[1].from before paths[0], which matches all that it matches',
  ],
  'paths: [{ from: /offers, to: /jobs }, { from: /offers/new, to: /b }]': [
    'paths[1].from before paths[0], which matches all that it matches',
  ],
  'query: { offer: job, bid: job }': ['query.bid other than that of offer'],
  'query: { offer: "\\ud800" }': ['query.offer well-formed Unicode'],
  'request: { headers: { set: { Host: a, Content-Length: "1" }, remove: [connection], rename: { x-a: transfer-encoding } } }':
    [
      "request.headers.set.Host about another header: host is the gateway's own",
      "request.headers.set.Content-Length about another header: content-length is the gateway's own",
      "request.headers.remove[0] about another header: connection is the gateway's own",
      "request.headers.rename.x-a about another header: transfer-encoding is the gateway's own",
    ],
  'response: { headers: { set: { X-A: b }, remove: [x-a], rename: { x-b: X-a } } }': [
    'response.headers.set.X-A about a header that remove does not name as well',
    'response.headers.rename.x-b about a header that remove does not name as well',
  ],
  'request: { headers: { set: { x-a: "caf\u00e9" } } }': [
    'request.headers.set.x-a printable ASCII',
  ],
  'request: { headers: { rename: { x-a: "b c" } } }': ['request.headers.rename.x-a a header name'],
  'request: { headers: { set: { "a b": c } } }': [
    'request.headers.set.a b named by text that matches ^[A-Za-z0-9!#$%&*+.^_|~-]+$',
  ],
  'response: { body: \'{ "items": \' }': [
    'response.body a JSONata expression (at character 11: Expected "}" before end of expression)',
  ],
  'response: { body: \'$metod = "GET"\' }': [
    'response.body a JSONata expression (at character 6: nothing is named $metod) ?$method',
  ],
  'request: { body: \'{ "was": $status }\' }': [
    'request.body a JSONata expression (at character 16: nothing is named $status)',
  ],
  "response: { errorBody: '$summ(jobs.n)' }": [
    'response.errorBody a JSONata expression (at character 5: nothing is named $summ) ?$sum',
  ],
  "response: { body: '$eval(code)' }": [
    'response.body a JSONata expression (at character 5: $eval runs what a body says)',
  ],
  'timeoutMs: 0': ['timeoutMs an integer from 1 to 60000'],
  'timeOutMs: 5': ['timeOutMs left out: it is no field of v2.mapping ?timeoutMs'],
}

describe('a mapping is allowed', () => {
  for (const text of allowed) {
    it(text || 'that changes nothing', async t => {
      assert.deepEqual(await faultsOf(await configDir(t, files(text))), [])
    })
  }
})

describe('a mapping is refused, with the field and the line', () => {
  for (const [text, expected] of Object.entries(refused)) {
    it(text, async t => {
      const found = await faultsOf(await configDir(t, files(text)))
      assert.deepEqual(
        found.map(({ field, rule, hint }) => {
          const name = field.replace(/^v2\.mapping\.?/, '')
          return `${name} ${rule}${hint === undefined ? '' : ` ?${hint}`}`
        }),
        expected,
      )
      for (const { file, line } of found) assert.equal(`${file}:${line}`, 'routes/match.yaml:4')
    })
  }
})

describe('mappings', () => {
  it('are refused in the words of an operator', async t => {
    const dir = await configDir(t, files(`response: { body: '{ "a": $metod }' }`))
    assert.deepEqual(await faultLines(dir), [
      'routes/match.yaml:4:23 v2.mapping.response.body must be a JSONata expression (at character 13: nothing is named $metod), received "{ \\"a\\": $metod }"; did you mean "$method"?',
    ])
  })

  it('are whole in the snapshot, whatever was left out', async t => {
    const { routes } = await snapshotOf(await configDir(t, files('response: { body: jobs }')))
    const headers = { set: {}, remove: [], rename: {} }
    assert.deepEqual(routes[0]?.v2?.mapping, {
      paths: [],
      query: {},
      request: { headers },
      response: { headers, body: 'jobs' },
      maxBodyBytes: 1_048_576,
      timeoutMs: 1000,
    })
  })

  it('may use every function that JSONata brings', () => {
    const path = createRequire(import.meta.url).resolve('jsonata')
    const names = [
      ...readFileSync(path, 'utf8').matchAll(/(?:staticFrame|environment)\.bind\('(\w+)'/g),
    ]
      .map(([, name]) => String(name))
      .filter(name => name !== 'eval')
    assert.ok(names.length > 60, `${names.length} functions found`)
    for (const name of names) assert.equal(expressionProblem(`$${name}`, []), null, name)
  })
})
