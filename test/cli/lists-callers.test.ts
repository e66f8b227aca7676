import assert from 'node:assert/strict'
import { PassThrough, Readable } from 'node:stream'
import { test } from 'node:test'
import { ListFault, listedCallers } from '../../src/cli/simulate/listed-callers.ts'
import { readList } from '../../src/cli/simulate/read-list.ts'

const anybody = () => null

function faultsOf(text: string): readonly string[] {
  try {
    listedCallers(text, 'users', anybody)
  } catch (fault) {
    if (fault instanceof ListFault) return fault.faults
    throw fault
  }
  return []
}

test('a line is a user id or an object, and the same caller counts once', () => {
  const list = [
    '\tada ',
    '',
    '{"user":"ada"}\r',
    '{"user":"bob","session":"s","address":"2001:db8::1","properties":{"a":"1","b":"2"}}',
    '{"address":"2001:db8::1","properties":{"b":"2","a":"1"},"session":"s","user":"bob"}',
    'with spaces, "quotes" and {braces}',
  ].join('\n')
  assert.deepEqual(listedCallers(list, 'users', anybody), {
    callers: [
      { user: 'ada', properties: {} },
      { user: 'bob', session: 's', address: '2001:db8::1', properties: { a: '1', b: '2' } },
      { user: 'with spaces, "quotes" and {braces}', properties: {} },
    ],
    repeated: 2,
  })
})

test('what is wrong is said of every line, by field, rule and value', () => {
  const list = [
    'ada',
    '{"user":"a"',
    '{"user":42}',
    '{"user":""}',
    '{"id":"ada"}',
    '{"user":"a","properties":["x"]}',
    '{"user":"a","properties":{"segment":""}}',
    '{"user":null}',
    '{"\u202euser":"a"}',
  ].join('\n')
  assert.deepEqual(faultsOf(list), [
    'users:2 line must be an object in JSON, received "{\\"user\\":\\"a\\""',
    'users:3 user must be a text that is not empty, received 42',
    'users:4 user must be a text that is not empty, received ""',
    'users:5 field must be one of user, session, address, properties, received "id"',
    'users:6 properties must be an object, received ["x"]',
    'users:7 properties.segment must be a text that is not empty, received ""',
    'users:8 user must be a text that is not empty, received null',
    'users:9 field must be one of user, session, address, properties, received "\\u{202e}user"',
  ])
})

test('a list of nobody is none', () => {
  assert.deepEqual(faultsOf('\n \n'), [
    'users must name one caller at least, received none (--users <file> names another list)',
  ])
})

test('a list is text in UTF-8 of a length that somebody can read, and comes from somewhere', async () => {
  const read = (...pieces: Buffer[]) => readList({ input: Readable.from(pieces) })
  assert.equal(
    await read(Buffer.from('\ufeffmü').subarray(0, 5), Buffer.from('ü').subarray(1)),
    'mü',
  )
  await assert.rejects(read(Buffer.from([0x61, 0xff])), /standard input must be text in UTF-8/)
  const much = Buffer.alloc(32 * 1024 * 1024, 'a')
  assert.equal((await read(much, much)).length, 64 * 1024 * 1024)
  await assert.rejects(read(much, much, Buffer.from('a')), /at most 67108864 bytes/)
  const terminal = Object.assign(new PassThrough(), { isTTY: true })
  await assert.rejects(readList({ input: terminal }), /--users must be a file, or the list come by/)
})
