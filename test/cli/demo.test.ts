import assert from 'node:assert/strict'
import { readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { writeFiles } from '../support/gateway.ts'
import { runCommand, startCommand } from './command.ts'
import { exampleCopy } from './example-copy.ts'

const freePorts = '--port 0 --admin-port 0 --v1-port 0 --v2-port 0'.split(' ')
/** Far beyond what a test takes: what it waits for and does not come ends with the demo. */
const bounded = ['--for', '20s', ...freePorts]
const liveLine =
  /^ +(\d+)s +(\d+) +([\d.]+ %|–) +(?:\d+ ms|–) +([\d.]+ %|–) +(?:\d+ ms|–) +(\d+) +(\d+) %(.*)$/gm
const flagFile = 'flags/v2_migration.json'
/** What is tested here is the split, also on a machine so busy that V2 is too slow for the example's budgets. */
const unjudged = { 'policies/careful.yaml': 'auth: public\n' }

interface LiveLine {
  readonly requests: number
  readonly shareOfV2: number
  readonly errors: number
  readonly flag: number
  readonly told: string
}

function liveLines(out: string): LiveLine[] {
  return [...out.matchAll(liveLine)].map(([, , requests, , v2 = '', errors, flag, told = '']) => ({
    requests: Number(requests),
    shareOfV2: Number.parseFloat(v2),
    errors: Number(errors),
    flag: Number(flag),
    told: told.trim(),
  }))
}

test('the demo shows the split of the example flag and sums it up', async t => {
  const dir = await exampleCopy(t)
  await writeFiles(dir, unjudged)
  const { code, out, error } = await runCommand(t, 'demo', '-c', dir, '--for', '3s', ...freePorts)
  assert.equal(error, '')
  assert.equal(code, 0)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is the point
  assert.doesNotMatch(out, /[\r\u001b]/, 'control codes in a pipe')

  const lines = liveLines(out)
  assert.equal(lines.length, 3)
  for (const line of lines) {
    assert.ok(line.requests > 0)
    assert.equal(line.errors, 0)
    assert.equal(line.flag, 10)
    assert.ok(line.shareOfV2 > 0 && line.shareOfV2 < 60, `V2 ${line.shareOfV2} %`)
    assert.equal(line.told, '')
  }
  assert.match(out, /^ {2}beta_users +\d+ +100\.0 % +100 %/m)
  assert.match(out, /^ {2}enterprise +\d+ +0\.0 % +0 %/m)
})

test('an edit of the flag moves the split, and the live line says so', async t => {
  const dir = await exampleCopy(t)
  await writeFiles(dir, unjudged)
  const command = startCommand(t, 'demo', '-c', dir, '--traffic', '300', ...bounded)
  await command.seen(/^ +1s /m)
  const text = await readFile(join(dir, flagFile), 'utf8')
  await writeFiles(dir, { [flagFile]: text.replace('"rollout": "10"', '"rollout": "100"') })
  await command.seen(/moved: everyone else 10 % → 100 %/)
  const moved = liveLines(command.out()).length
  await command.seen(new RegExp(`^ +${moved + 1}s .*\n`, 'm'))
  command.child.kill('SIGINT')
  const { code, out } = await command.ended

  assert.equal(code, 0)
  const lines = liveLines(out)
  const before = lines[0] as LiveLine
  const after = lines[moved] as LiveLine
  assert.deepEqual([before.flag, after.flag], [10, 100])
  // Of ten callers one is an enterprise customer and one an API partner outside of its share.
  assert.ok(
    before.shareOfV2 < 45 && after.shareOfV2 > 65,
    `${before.shareOfV2}, ${after.shareOfV2}`,
  )
  assert.ok(lines.every(line => line.errors === 0))
})

test('a broken edit is told with its line, and the split stays', async t => {
  const dir = await exampleCopy(t)
  const command = startCommand(t, 'demo', '-c', dir, ...bounded)
  await command.seen(/^ +1s /m)
  const text = await readFile(join(dir, flagFile), 'utf8')
  await writeFiles(dir, { [flagFile]: text.replace('"enabled": true', '"enabled": "yes"') })
  await command.seen(/flags\/v2_migration\.json:5:\d+ .*enabled/, 'error')
  const seen = liveLines(command.out()).length
  await command.seen(new RegExp(`^ +${seen + 1}s .* 10 %\n`, 'm'))
  // Killed, it would leave its store behind.
  command.child.kill('SIGINT')
  await command.ended
})

for (const { option, place } of [
  { option: '--port', place: 'the gateway' },
  { option: '--admin-port', place: 'the admin listener' },
  { option: '--v1-port', place: 'the sample V1' },
  { option: '--v2-port', place: 'the sample V2' },
]) {
  test(`a taken port for ${place} ends the demo with its number and ${option}`, async t => {
    const taken = createServer().listen(0, '127.0.0.1')
    t.after(() => taken.close())
    await new Promise(resolve => taken.once('listening', resolve))
    const { port } = taken.address() as AddressInfo
    const argv = bounded.with(bounded.indexOf(option) + 1, String(port))
    const { code, out, error } = await runCommand(t, 'demo', ...argv)
    assert.equal(code, 1)
    assert.equal(out, '')
    assert.equal(
      error,
      `Cannot start the demo: port ${port} must be free for ${place}, received EADDRINUSE. Choose another with ${option}.\n`,
    )
  })
}

test('a configuration without the example route is refused', async t => {
  const dir = await exampleCopy(t)
  await writeFiles(dir, {
    'routes/other.yaml': await readFile(join(dir, 'routes/match.yaml'), 'utf8'),
  })
  await rm(join(dir, 'routes/match.yaml'))
  const { code, error } = await runCommand(t, 'demo', '-c', dir, ...bounded)
  assert.equal(code, 1)
  assert.match(error, /routes\/match\.yaml must have a v2 and the flag v2_migration/)
})
