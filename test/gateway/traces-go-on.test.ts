import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oneRoute, startGateway, testProcess } from '../support/gateway.ts'
import { sendRaw, startRawUpstream } from '../support/raw.ts'
import { headsIn, lines, plainRequest, upgradeRequest, valuesIn } from '../support/requests.ts'

/** W3C Trace Context, case by case, over raw sockets: what a client sends, and what the upstream is told. */

const id = '0af7651916cd43dd8448eb211c80319c'
const span = 'b7ad6b7169203331'
const good = `traceparent: 00-${id}-${span}-01`
const plain = `traceparent: 00-${id}-${span}-00`
const state = (list: string) => `tracestate: ${list}`

/** Members `m<from>=<from>` to `m<to>=<to>`. */
function members(from: number, to: number): string {
  return Array.from({ length: to - from + 1 }, (_, at) => `m${from + at}=${from + at}`).join(',')
}

const punctuation = '_-*/'
const letters = 'abcdefghijklmnopqrstuvwxyz'
const allOfKey = `${letters}0123456789${punctuation}`
const allOfValue = Array.from({ length: 0x7f - 0x20 }, (_, at) => String.fromCharCode(0x20 + at))
  .filter(each => each !== ',' && each !== '=')
  .join('')

/** Header lines of one request, and the tracestate that the upstream gets; null for none. */
type Sent = readonly [headers: readonly string[], state?: string | null]

interface Case {
  readonly name: string
  /** Whether the trace goes on, or another begins. */
  readonly trace: 'continued' | 'new'
  readonly sent: readonly Sent[]
}

const cases: readonly Case[] = [
  { name: 'a request in no trace begins one', trace: 'new', sent: [[[]]] },
  { name: 'a trace without a state goes on', trace: 'continued', sent: [[[good]]] },
  {
    name: 'of two traceparent lines nobody knows which is meant',
    trace: 'new',
    sent: [[[good, good.replace('0af', '1af')]], [[good, good]]],
  },
  {
    name: 'a header of another name says nothing',
    trace: 'new',
    sent: [
      [[good.replace('traceparent', 'trace-parent')]],
      [[good.replace('traceparent', 'trace.parent')]],
    ],
  },
  {
    name: 'the name may be written in any case',
    trace: 'continued',
    sent: ['TraceParent', 'TrAcEpArEnT', 'TRACEPARENT'].map(name => [
      [good.replace('traceparent', name)],
    ]),
  },
  {
    name: 'version 00 has nothing behind the flags',
    trace: 'new',
    sent: [[[`${good}.`]], [[`${good}-more`]], [[`${good}-`]]],
  },
  {
    name: 'of a later version the part that is known is read',
    trace: 'continued',
    sent: [[[good.replace('00-', 'cc-')]], [[`${good.replace('00-', 'cc-')}-more-to-come`]]],
  },
  {
    name: 'what a later version adds stands behind a hyphen',
    trace: 'new',
    sent: [[[`${good.replace('00-', 'cc-')}.more-to-come`]]],
  },
  { name: 'version ff is none', trace: 'new', sent: [[[good.replace('00-', 'ff-')]]] },
  {
    name: 'a version has hexadecimal digits',
    trace: 'new',
    sent: [[[good.replace('00-', '.0-')]], [[good.replace('00-', '0.-')]]],
  },
  {
    name: 'a version has no more than two of them',
    trace: 'new',
    sent: [[[good.replace('00-', '000-')]], [[good.replace('00-', '0000-')]]],
  },
  { name: 'a version has no fewer', trace: 'new', sent: [[[good.replace('00-', '0-')]]] },
  { name: 'a trace id is not zero', trace: 'new', sent: [[[good.replace(id, '0'.repeat(32))]]] },
  {
    name: 'a trace id has hexadecimal digits in small letters',
    trace: 'new',
    sent: [`.${id.slice(1)}`, `${id.slice(1)}.`, id.toUpperCase()].map(odd => [
      [good.replace(id, odd)],
    ]),
  },
  { name: 'a trace id has no more than 32', trace: 'new', sent: [[[good.replace(id, `${id}3`)]]] },
  { name: 'a trace id has no fewer', trace: 'new', sent: [[[good.replace(id, id.slice(1))]]] },
  {
    name: "a sender's span is not zero",
    trace: 'new',
    sent: [[[good.replace(span, '0'.repeat(16))]]],
  },
  {
    name: "a sender's span has hexadecimal digits in small letters",
    trace: 'new',
    sent: [`.${span.slice(1)}`, `${span.slice(1)}.`, span.toUpperCase()].map(odd => [
      [good.replace(span, odd)],
    ]),
  },
  {
    name: "a sender's span has no more than 16",
    trace: 'new',
    sent: [[[good.replace(span, `${span}3`)]]],
  },
  {
    name: "a sender's span has no fewer",
    trace: 'new',
    sent: [[[good.replace(span, span.slice(1))]]],
  },
  {
    name: 'flags have hexadecimal digits',
    trace: 'new',
    sent: [[[`${good.slice(0, -2)}.0`]], [[`${good.slice(0, -2)}0.`]]],
  },
  { name: 'flags have no more than two', trace: 'new', sent: [[[`${good.slice(0, -2)}001`]]] },
  { name: 'flags have no fewer', trace: 'new', sent: [[[`${good.slice(0, -2)}1`]]] },
  {
    name: 'flags that nobody knows yet are no fault',
    trace: 'continued',
    sent: [[[`${good.slice(0, -2)}ff`]]],
  },
  {
    name: 'space and tab around it belong to the line',
    trace: 'continued',
    sent: [' ', '\t', '\t '].flatMap((blank): Sent[] => [
      [[good.replace(': ', `:${blank}`)]],
      [[`${good}${blank}`]],
    ]),
  },
  {
    name: 'a state without its trace is dropped',
    trace: 'new',
    sent: [[[state('foo=1')]], [[state('foo=1,bar=2')]], [[state('foo=1'), good, good]]],
  },
  {
    name: 'a state goes on with its trace',
    trace: 'continued',
    sent: [[[plain, state('foo=1,bar=2')], 'foo=1,bar=2']],
  },
  {
    name: 'a state under another name is none',
    trace: 'continued',
    sent: [[[plain, 'trace-state: foo=1']], [[plain, 'trace.state: foo=1']]],
  },
  {
    name: 'the name of the state may be written in any case',
    trace: 'continued',
    sent: ['TraceState', 'TrAcEsTaTe', 'TRACESTATE'].map(name => [
      [plain, `${name}: foo=1`],
      'foo=1',
    ]),
  },
  {
    name: 'an empty state says nothing, alone or beside others',
    trace: 'continued',
    sent: [
      [[plain, state('')]],
      [[plain, state('foo=1'), state('')], 'foo=1'],
      [[plain, state(''), state('foo=1')], 'foo=1'],
      [[plain, state('foo=1,,bar=2,')], 'foo=1,bar=2'],
    ],
  },
  {
    name: 'lines of a state are one list, in their order',
    trace: 'continued',
    sent: [[[plain, state('a=1,b=2'), state('c=3,d=4'), state('e=5')], 'a=1,b=2,c=3,d=4,e=5']],
  },
  {
    name: 'a key that comes twice spoils the state, and the trace goes on',
    trace: 'continued',
    sent: [
      [[plain, state('foo=1,foo=1')]],
      [[plain, state('foo=1,foo=2')]],
      [[plain, state('foo=1'), state('foo=1')]],
      [[plain, state('foo=1'), state('foo=2')]],
    ],
  },
  {
    name: 'every character that a key and a value may have goes through',
    trace: 'continued',
    sent: [
      [[plain, state(`${allOfKey}=${allOfValue}`)], `${allOfKey}=${allOfValue}`],
      [
        [plain, state(`${allOfKey}@a-z0-9_-*/=${allOfValue}`)],
        `${allOfKey}@a-z0-9_-*/=${allOfValue}`,
      ],
      [[plain, state('0tenant@vendor=1')], '0tenant@vendor=1'],
    ],
  },
  {
    name: 'space and tab around members belong to the list',
    trace: 'continued',
    sent: [
      [[plain, state('foo=1 \t , \t bar=2, \t baz=3')], 'foo=1,bar=2,baz=3'],
      [[plain, state('foo=1\t \t,\t \tbar=2,\t \tbaz=3')], 'foo=1,bar=2,baz=3'],
      ...[' ', '\t', '\t '].flatMap((blank): Sent[] => [
        [[plain, state(`${blank}foo=1`)], 'foo=1'],
        [[plain, state(`foo=1${blank}`)], 'foo=1'],
      ]),
    ],
  },
  {
    name: 'a key of other characters spoils the state',
    trace: 'continued',
    sent: ['foo =1', 'FOO=1', 'foo.bar=1', '1foo=1', '=1', 'foo'].map(list => [
      [plain, state(list)],
    ]),
  },
  {
    name: 'a key has one tenant and one vendor, or neither',
    trace: 'continued',
    sent: [
      'foo@=1,bar=2',
      '@foo=1,bar=2',
      'foo@@bar=1,bar=2',
      'foo@bar@baz=1,bar=2',
      'foo@1=1',
    ].map(list => [[plain, state(list)]]),
  },
  {
    name: 'a state has 32 members, and none with one more',
    trace: 'continued',
    sent: [
      [[plain, state(members(1, 20)), state(members(21, 32))], members(1, 32)],
      [[plain, state(members(1, 20)), state(members(21, 33))]],
    ],
  },
  {
    name: 'a key has 256 characters at most, of which a tenant has 241 and a vendor 14',
    trace: 'continued',
    sent: [
      [[plain, state('foo=1'), state(`${'z'.repeat(256)}=1`)], `foo=1,${'z'.repeat(256)}=1`],
      [[plain, state('foo=1'), state(`${'z'.repeat(257)}=1`)]],
      [
        [plain, state('foo=1'), state(`${'t'.repeat(241)}@${'v'.repeat(14)}=1`)],
        `foo=1,${'t'.repeat(241)}@${'v'.repeat(14)}=1`,
      ],
      [[plain, state('foo=1'), state(`${'t'.repeat(242)}@v=1`)]],
      [[plain, state('foo=1'), state(`t@${'v'.repeat(15)}=1`)]],
    ],
  },
  {
    name: 'a value of other characters, of none, or of more than 256 spoils the state',
    trace: 'continued',
    sent: [
      [[plain, state('foo=bar=baz')]],
      [[plain, state('foo=,bar=3')]],
      [[plain, state('foo=\u00e9')]],
      [[plain, state(`foo=${'v'.repeat(256)}`)], `foo=${'v'.repeat(256)}`],
      [[plain, state(`foo=${'v'.repeat(257)}`)]],
    ],
  },
  {
    name: 'a long state goes on whole: 512 characters are the least that must',
    trace: 'continued',
    sent: [
      [
        [plain, state(`a=${'1'.repeat(250)},b=${'2'.repeat(250)},c=${'3'.repeat(250)}`)],
        `a=${'1'.repeat(250)},b=${'2'.repeat(250)},c=${'3'.repeat(250)}`,
      ],
    ],
  },
  {
    name: 'requests of one trace are told apart',
    trace: 'continued',
    sent: [[[good]], [[good]], [[good]]],
  },
  { name: 'requests in no trace begin one each', trace: 'new', sent: [[[]], [[]], [[]]] },
  {
    name: 'requests with a broken trace begin one each',
    trace: 'new',
    sent: [[[good.replace(id, '0'.repeat(32))]], [[good.replace(id, '0'.repeat(32))]]],
  },
]

const traceparent = /^00-([0-9a-f]{32})-([0-9a-f]{16})-0[0-3]$/

test('traces go on as W3C Trace Context has it', async t => {
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: upstream.url }),
    'switchback.yaml': `${testProcess}tracing: { sample: 0% }\n`,
  })
  const traces = new Set<string>()
  const spans = new Set<string>()
  let asked = 0

  /** What the upstream is told. */
  async function told(headers: readonly string[]) {
    const target = `/${++asked}`
    const answer = await sendRaw(gateway.port, plainRequest(target, lines(...headers)))
    assert.equal(answer.status, 200)
    const head = headsIn(upstream.received()).find(each => each.startsWith(`GET ${target} `)) ?? ''
    const [parent = '', ...more] = valuesIn(head, 'traceparent')
    assert.deepEqual(more, [])
    const [, traceId = '', spanId = ''] = traceparent.exec(parent) ?? assert.fail(parent)
    const states = valuesIn(head, 'tracestate')
    return { traceId, spanId, state: states.length === 0 ? null : states.join(' and ') }
  }

  for (const { name, trace, sent } of cases) {
    await t.test(name, async () => {
      for (const [headers, expected = null] of sent) {
        const { traceId, spanId, state } = await told(headers)
        const about = JSON.stringify(headers)
        assert.equal(state, expected, about)
        assert.ok(spanId !== span && spanId !== '0'.repeat(16) && !spans.has(spanId), about)
        spans.add(spanId)
        if (trace === 'continued') assert.equal(traceId, id, about)
        else {
          assert.ok(traceId !== id && traceId !== '0'.repeat(32) && !traces.has(traceId), about)
          traces.add(traceId)
        }
      }
    })
  }
})

const trusting = 'trustedProxies: [127.0.0.1]\n'

/** A configuration, the flags that a client sends, and those that the upstream gets; 02: the trace id is random. */
const choices: readonly (readonly [string, string, string | null, string, string])[] = [
  ['a stranger who wants it recorded does not decide that', 'sample: 0%', '01', '00', ''],
  [
    'a stranger who wants it unrecorded does not decide that either',
    'sample: 100%',
    '00',
    '01',
    '',
  ],
  ['a trusted proxy who wants it recorded is believed', 'sample: 0%', '01', '01', trusting],
  ['a trusted proxy who wants it unrecorded is believed', 'sample: 100%', '00', '00', trusting],
  ['that an id is random goes on', 'sample: 0%', '02', '02', ''],
  ['other flags do not, since nobody knows what they say', 'sample: 0%', 'fe', '02', ''],
  ['ours are random, and recorded where that was asked for', 'sample: 100%', null, '03', ''],
  ['ours are random, and unrecorded where it was not', 'sample: 0%', null, '02', ''],
  [
    'a trusted proxy that begins none leaves the choice to us',
    'sample: 100%',
    null,
    '03',
    trusting,
  ],
]

for (const [name, sample, sent, told, more] of choices) {
  test(`flags: ${name}`, async t => {
    const upstream = await startRawUpstream(t)
    const gateway = await startGateway(t, {
      ...oneRoute({ v1: upstream.url }),
      'switchback.yaml': `${testProcess}${more}tracing: { ${sample} }\n`,
    })
    const headers = sent === null ? '' : lines(`traceparent: 00-${id}-${span}-${sent}`)
    await sendRaw(gateway.port, plainRequest('/', headers))
    const [parent = ''] = valuesIn(headsIn(upstream.received())[0] ?? '', 'traceparent')
    assert.equal(parent.slice(-2), told)
    assert.equal(parent.includes(id), sent !== null)
  })
}

test("a stranger's trace does not go on where those of trusted proxies alone do", async t => {
  const upstream = await startRawUpstream(t)
  const files = (more: string) => ({
    ...oneRoute({ v1: upstream.url }),
    'switchback.yaml': `${testProcess}${more}tracing: { continue: trusted-proxies }\n`,
  })
  const request = plainRequest('/', lines(good, state('foo=1')))
  const strict = await startGateway(t, files(''))
  await sendRaw(strict.port, request)
  const behind = await startGateway(t, files(trusting))
  await sendRaw(behind.port, request)
  const [stranger = '', proxy = ''] = headsIn(upstream.received())
  assert.doesNotMatch(stranger, new RegExp(`${id}|tracestate`))
  assert.match(proxy, new RegExp(`traceparent: 00-${id}-`))
  assert.deepEqual(valuesIn(proxy, 'tracestate'), ['foo=1'])
})

test('without tracing the headers pass through as they are, and the log says nothing of traces', async t => {
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, oneRoute({ v1: upstream.url }))
  await sendRaw(gateway.port, plainRequest('/', lines(good, state('foo=1,foo=1'))))
  const [head = ''] = headsIn(upstream.received())
  assert.deepEqual(valuesIn(head, 'traceparent'), [good.slice('traceparent: '.length)])
  assert.deepEqual(valuesIn(head, 'tracestate'), ['foo=1,foo=1'])
  assert.ok(!gateway.logLines.some(line => line.includes('traceId')))
})

test('the log names the trace, of WebSockets and of what is refused as well', async t => {
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: upstream.url, path: '/api' }),
    'switchback.yaml': `${testProcess}tracing: { sample: 0% }\n`,
  })
  await sendRaw(gateway.port, plainRequest('/api', lines(good)))
  await sendRaw(gateway.port, plainRequest('/elsewhere', lines(good)))
  await sendRaw(gateway.port, upgradeRequest('/api', lines(good, 'connection: close')))
  const told = gateway.logLines.map(line => JSON.parse(line)).filter(line => line.msg === 'request')
  assert.deepEqual(
    told.map(line => line.traceId),
    [id, id, id],
  )
  assert.match(headsIn(upstream.received())[1] ?? '', new RegExp(`traceparent: 00-${id}-`))
})

test('Connection cannot take a trace away that goes on here', async t => {
  const upstream = await startRawUpstream(t)
  const gateway = await startGateway(t, {
    ...oneRoute({ v1: upstream.url }),
    'switchback.yaml': `${testProcess}tracing: { sample: 0% }\n`,
  })
  const headers = `connection: traceparent\r\n${lines(good)}`
  await sendRaw(gateway.port, plainRequest('/', headers))
  const [head = ''] = headsIn(upstream.received())
  assert.match(valuesIn(head, 'traceparent')[0] ?? '', new RegExp(`^00-${id}-`))
})
