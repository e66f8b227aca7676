import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { configDir, faultLines, faultsOf, valid } from './config-dir.ts'

/** A policy with this shadow on line 2. */
function files(shadow: string, more = ''): Record<string, string> {
  return { 'policies/careful.yaml': `auth: public\nshadow: { ${shadow} }\n${more}` }
}

const mismatch = 'budgets: [{ signal: mismatch, max: 0.5% }]\n'

const allowed: readonly string[] = [
  '',
  'share: 0.5%, methods: [GET, POST], noise: 0%',
  'maxBodyBytes: 1000, maxBytesInFlight: 1000',
  'unordered: [/items, /tags, { at: /offers, by: /id }]',
  'credentials: client',
  'credentials: { value: Bearer abc def }',
  'credentials: { header: X-Api-Key, value: abc }',
]

/** Shadow → the faults, as `field rule`. */
const refused: Readonly<Record<string, readonly string[]>> = {
  'maxBodyBytes: 1001, maxBytesInFlight: 1000': [
    'shadow.maxBodyBytes at most maxBytesInFlight, which is 1000',
  ],
  'maxBytesInFlight: 1000': ['shadow.maxBodyBytes at most maxBytesInFlight, which is 1000'],
  'unordered: [/items, /tags, { at: /items, by: /id }]': [
    'shadow.unordered[2] about another array than unordered[0]',
  ],
  'credentials: { header: Host, value: abc }': [
    'shadow.credentials.header a header that is not of HTTP or the gateway',
  ],
  'credentials: { header: X-Switchback-Shadow, value: abc }': [
    'shadow.credentials.header a header that is not of HTTP or the gateway',
  ],
  'credentials: { value: "abc\\n" }': [
    'shadow.credentials.value printable ASCII on one line, without space around it',
  ],
}

describe('a shadow is allowed', () => {
  for (const text of allowed) {
    it(text || 'with nothing said of it', async t =>
      assert.deepEqual(await faultsOf(await configDir(t, files(text))), []),
    )
  }
})

describe('a shadow is refused, with the field and the line', () => {
  for (const [text, expected] of Object.entries(refused)) {
    it(text, async t => {
      const found = await faultsOf(await configDir(t, files(text)))
      assert.deepEqual(
        found.map(({ field, rule }) => `${field} ${rule}`),
        expected,
      )
      assert.deepEqual(
        found.map(({ file, line }) => `${file}:${line}`),
        ['policies/careful.yaml:2'],
      )
    })
  }

  it('where none of the routes with its policy has a V2', async t => {
    const route = valid['routes/match.yaml'] as string
    const alone = route.replace(/^v2:.*\nflag:.*\n/m, '')
    assert.deepEqual(
      await faultLines(await configDir(t, { ...files('share: 1%'), 'routes/match.yaml': alone })),
      [
        'policies/careful.yaml:2:9 shadow must be left out, since no route with this policy has a v2 to copy to, received {"share":"1%"}',
      ],
    )
  })
})

describe('a budget on mismatches', () => {
  const rule = (lacking: string) =>
    `must be another signal, or its policy be given ${lacking} to find mismatches by, received "mismatch"`

  it('needs a shadow in its policy', async t => {
    const alone = { 'policies/careful.yaml': `auth: public\n${mismatch}` }
    assert.deepEqual(await faultLines(await configDir(t, alone)), [
      `policies/careful.yaml:2:21 budgets[0].signal ${rule('shadow')}`,
    ])
  })

  for (const [shadow, lacking] of [
    ['share: 0%', 'a shadow.share above 0%'],
    ['noise: 0%', 'a shadow.noise above 0%'],
    ['methods: [POST]', 'shadow.methods with GET, HEAD or OPTIONS'],
  ] as const) {
    it(`needs more than { ${shadow} }`, async t => {
      assert.deepEqual(await faultLines(await configDir(t, files(shadow, mismatch))), [
        `policies/careful.yaml:3:21 budgets[0].signal ${rule(lacking)}`,
      ])
    })
  }

  it('says nothing more of a shadow that breaks its schema', async t => {
    const found = await faultsOf(await configDir(t, files('share: all', mismatch)))
    assert.deepEqual(
      found.map(({ field }) => field),
      ['shadow.share'],
    )
  })
})
