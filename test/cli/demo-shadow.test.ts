import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { writeFiles } from '../support/gateway.ts'
import { runCommand, startCommand } from './command.ts'

const freePorts = '--port 0 --admin-port 0 --v1-port 0 --v2-port 0'.split(' ')
/** Far beyond what a test takes: what it waits for and does not come ends with the demo. */
const bounded = ['demo', '--shadow', '--for', '50s', ...freePorts]

/** What a demo puts into the directory for temporary files, it has to take away. */
const temporary = await mkdtemp(join(tmpdir(), 'switchback-test-'))
process.env.TMPDIR = temporary
after(() => rm(temporary, { recursive: true, force: true }))

/** A row of the summary: its name, and what is said. */
function row(out: string, name: string): string {
  return new RegExp(`^ {2}${name} +(.+)$`, 'm').exec(out)?.[1] ?? assert.fail(`${name}:\n${out}`)
}

function assertAddsUp(account: string): void {
  const [, ...counts] =
    /^(\d+) = (\d+) sent \+ (\d+) dropped.* \+ (\d+) failed/.exec(account) ?? assert.fail(account)
  const [eligible = 0, sent = 0, dropped = 0, failed = 0] = counts.map(Number)
  assert.ok(sent > 0, account)
  assert.equal(eligible, sent + dropped + failed, account)
}

test('the demo names the one wrong field, is silent about the noise, and sees V2 mended', async t => {
  const command = startCommand(t, ...bounded, '--traffic', '200')
  await command.seen(/from now on V2's prices are right/)
  // The first of them may have begun before.
  await command.seen(/ right\n(.*\n)*?( .* +0\.0 %\n){3}/)
  command.child.kill('SIGINT')
  const { code, out, error } = await command.ended
  assert.equal(error, '')
  assert.equal(code, 0, out)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is the point
  assert.doesNotMatch(out, /[\r\u001b]/, 'control codes in a pipe')

  assert.match(row(out, 'named'), /^after [\d.]+ s: .*\/offers\/\*\/price/)
  assert.match(row(out, 'gate'), /\/offers\/\*\/price/)
  assert.doesNotMatch(out, /named wrongly/)
  const noise = out.slice(out.indexOf('\n  noise  '), out.indexOf('\n  latency  '))
  assert.match(noise, /at \/answerId .*: noise$/m)
  assert.match(noise, /at \/generatedAt .*: noise$/m)
  assert.match(row(out, 'users'), /^\d+ requests, 0 answered by V2$/)
  assertAddsUp(row(out, 'copies to V2'))
  assertAddsUp(row(out, 'V1 asked twice'))
  assert.match(row(out, 'latency'), /ms/)
  assert.match(row(out, 'after mending V2'), /^0 of [1-9]\d* pairs mismatch/)
  assert.deepEqual(await readdir(temporary), [], 'a demo leaves nothing behind')
})

test('a V2 that is given users while its gate is closed loses them again, with the field as evidence', async t => {
  const command = startCommand(t, ...bounded, '--traffic', '200')
  await command.seen(/^ {2}the gate is closed: /m)
  const [, file = ''] = /^ {2}(\/\S+\.json)$/m.exec(command.out()) ?? assert.fail(command.out())
  const text = await readFile(file, 'utf8')
  assert.ok(text.includes('"rollout": "0"'))
  await writeFiles(dirname(file), {
    [basename(file)]: text.replace('"rollout": "0"', '"rollout": "50"'),
  })
  await command.seen(/^ {2}switched back: .*\/offers\/\*\/price/m)
  command.child.kill('SIGINT')
  const { code, out } = await command.ended
  assert.equal(code, 0, out)
  const [, onV2] = /requests, (\d+) answered by V2$/.exec(row(out, 'users')) ?? assert.fail(out)
  assert.ok(Number(onV2) > 0)
})

test('a demo that saw too little to name the field exits with 1', async t => {
  const { code, out } = await runCommand(
    t,
    ...['demo', '--shadow', '--for', '1s', '--traffic', '0', ...freePorts],
  )
  assert.equal(code, 1)
  assert.equal(row(out, 'named'), 'nothing yet')
})

for (const other of [
  ['--fault', 'errors'],
  ['--config', '.'],
]) {
  test(`a shadow and ${other[0]} are not shown at once`, async t => {
    const { code, error } = await runCommand(t, ...bounded, ...other)
    assert.equal(code, 2)
    assert.match(error, /'--shadow' cannot be used with option/)
  })
}
