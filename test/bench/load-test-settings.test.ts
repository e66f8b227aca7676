import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requestsOf } from '../../bench/load-test/request.ts'
import { readSettings, type Settings, usage } from '../../bench/load-test/settings.ts'
import { ArgumentFault } from '../../src/cli/arguments.ts'

function settings(...argv: string[]): Settings {
  const read = readSettings(argv)
  assert.ok(read !== 'help')
  return read
}

test('without options the sample services are loaded with a thousand requests a minute', () => {
  const { profile, urls, rounds, durationMs, tolerance } = settings()
  assert.deepEqual(
    [profile, urls, rounds, durationMs, tolerance],
    ['normal', null, 6, 10_000, 0.02],
  )
})

test('what is typed is taken', () => {
  const read = settings(
    ...[
      '--profile',
      'stress',
      '--v1',
      'http://a:1',
      '--gateway',
      'https://b/x',
      '--method',
      'post',
    ],
    ...['--header', 'x-user-id: {n}', '--header', 'accept: */*', '--body', '{"a":{n}}'],
    ...['--duration', '1m', '--rounds', '9', '--connections', '8', '--path', '/p?q=1'],
  )
  assert.deepEqual(read.urls, { v1: 'http://a:1', gateway: 'https://b/x' })
  assert.deepEqual(read.headers, { 'x-user-id': '{n}', accept: '*/*' })
  assert.deepEqual([read.method, read.body, read.path], ['POST', '{"a":{n}}', '/p?q=1'])
  assert.deepEqual([read.durationMs, read.rounds, read.connections], [60_000, 9, 8])
})

test('what is typed wrong is named, with what it must be', () => {
  const wrong: readonly (readonly [argv: string[], says: RegExp])[] = [
    [['--profile', 'huge'], /--profile must be one of normal, peak, stress, max, received "huge"/],
    [['--v2', 'http://a'], /--v1 and at least one of --v2 and --gateway must be given/],
    [['--v1', 'http://a'], /--v1 and at least one of/],
    [['--v1', 'http://a', '--v2', 'a:80'], /--v2 must be like http:.*received "a:80"/],
    [['--duration', '10'], /--duration: It must be a time such as .*received "10"/],
    [['--rounds', '0'], /--rounds: It must be a whole number from 1/],
    [['--method', 'BREW'], /--method must be one of GET, .*received "BREW"/],
    [['--path', 'api'], /--path must begin with \/.*received "api"/],
    [['--header', 'nonsense'], /--header: It must be "name: value", received "nonsense"/],
    [['--body', '@/nowhere/at/all'], /--body must name a file that can be read/],
    [['--speed', '9'], /--speed/],
  ]
  for (const [argv, says] of wrong) {
    assert.throws(() => readSettings(argv), ArgumentFault)
    assert.throws(() => readSettings(argv), says)
  }
})

test('{n} stands for two hundred callers, wherever it stands', () => {
  const template = { path: '/a?user={n}', method: 'POST', headers: { 'x-user': '{n}' }, body: '' }
  const requests = requestsOf(template)
  assert.equal(requests.length, 200)
  assert.deepEqual(requests[7], { ...template, path: '/a?user=7', headers: { 'x-user': '7' } })
  assert.deepEqual(requestsOf({ ...template, path: '/', headers: {} }).length, 1)
})

test('help names every option that is read', () => {
  assert.equal(readSettings(['--help']), 'help')
  const options =
    'profile v1 v2 gateway path method header body connections duration rounds timeout'
  for (const name of [...options.split(' '), 'tolerance', 'out', 'json']) {
    assert.ok(usage.includes(`--${name}`), name)
  }
})
