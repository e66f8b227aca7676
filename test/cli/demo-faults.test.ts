import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { writeFiles } from '../support/gateway.ts'
import { type Command, runCommand, startCommand } from './command.ts'
import { exampleCopy } from './example-copy.ts'
import { runProgram } from './run-program.ts'

const freePorts = '--port 0 --admin-port 0 --v1-port 0 --v2-port 0'.split(' ')
/** Far beyond what a test takes: what it waits for and does not come ends with the demo. */
const bounded = ['--for', '20s', ...freePorts]
const switchedBack =
  /^ {2}switched back: (.+); (\d+) V2 requests? after the first failure, \d+ ms; V2 gets nothing any more$/m

/** What a demo puts into the directory for temporary files, it has to take away. */
const temporary = await mkdtemp(join(tmpdir(), 'switchback-test-'))
process.env.TMPDIR = temporary
after(() => rm(temporary, { recursive: true, force: true }))

/** Share of V2 and number of errors in every live line. */
function liveLines(out: string): { v2: string; errors: number }[] {
  const line = /^ +\d+s +\d+ +\S+(?: %)? +(?:\d+ ms|–) +([\d.]+ %|–) +(?:\d+ ms|–) +(\d+) +\d+ %/gm
  return [...out.matchAll(line)].map(([, v2 = '', errors]) => ({ v2, errors: Number(errors) }))
}

/** The first second in which nobody has V2, after it was switched back: what had begun before may take its time. */
async function secondWithoutV2({ seen }: Command): Promise<void> {
  await seen(/^ {2}switched back: (?:.*\n)*? +\d+s +\d+ +\S+ % +\d+ ms +0\.0 % .*\n/m)
}

/** The example with limits that a machine which does ten other things does not exceed by itself. */
async function patientExample(t: TestContext, limits: Record<string, string>): Promise<string> {
  const dir = await exampleCopy(t)
  const file = 'policies/careful.yaml'
  let text = await readFile(join(dir, file), 'utf8')
  const patient = { 'withinMs: 500': 'withinMs: 1900', 'p95: 250ms': 'p95: 9s' }
  for (const [limit, other] of Object.entries({ ...patient, ...limits })) {
    assert.ok(text.includes(limit), limit)
    text = text.replace(limit, other)
  }
  await writeFiles(dir, { [file]: text })
  return dir
}

const failed = /^\d+ of \d+ answers failed, allowed 1 %$/
const slow = /^\d+ of \d+ answers took longer than 400 ms, allowed 5 %$/

for (const { fault, told, why, limits } of [
  {
    fault: 'errors',
    told: 'V2 answers 500 to everything',
    why: failed,
    limits: { '2x v1': '50x v1' },
  },
  {
    fault: 'latency',
    told: 'V2 takes 400 ms longer for every answer',
    why: slow,
    limits: { '2x v1': '50x v1', 'p95: 250ms': 'p95: 400ms' },
  },
  {
    fault: 'hang',
    told: 'V2 accepts every request and never answers',
    why: failed,
    limits: { '2x v1': '50x v1', 'withinMs: 500': 'withinMs: 1000' },
  },
  {
    fault: 'crash',
    told: 'V2 is gone: its port is closed and every connection cut',
    why: failed,
    limits: { '2x v1': '50x v1' },
  },
]) {
  test(`the demo's V2 fails by ${fault}, loses its traffic, and no GET is lost`, async t => {
    const dir = await patientExample(t, limits)
    const before = await readdir(temporary)
    const options = ['--fault', fault, '--fault-after', '2s', '-c', dir, ...bounded]
    const command = startCommand(t, 'demo', ...options)
    await command.seen(/^ {2}switched back: /m)
    await secondWithoutV2(command)
    command.child.kill('SIGINT')
    const { code, out, error } = await command.ended

    assert.equal(error, '')
    assert.equal(code, 0)
    assert.ok(out.includes(`\n  from now on ${told}\n`), out)
    const [, evidence = '', requests] = switchedBack.exec(out) ?? assert.fail(out)
    assert.match(evidence, why)
    // A crash cuts what is in flight all at once, and that may be evidence enough.
    if (fault !== 'crash') assert.ok(Number(requests) > 0)
    const lines = liveLines(out)
    assert.notEqual(lines[0]?.v2, '0.0 %')
    assert.equal(lines.at(-1)?.v2, '0.0 %')

    const [, gets, posts] =
      /^ {2}clients saw +(\d+) failed GETs?, (\d+) failed POSTs?$/m.exec(out) ?? assert.fail(out)
    assert.equal(gets, '0')
    const [, saved] = /^ {2}V1 answered for V2 +(\d+) requests?$/m.exec(out) ?? assert.fail(out)
    // What is slow but comes is V2's own answer.
    assert.equal(Number(saved) > 0, fault !== 'latency')
    const [, total] = /^ {2}all .* (\d+)$/m.exec(out) ?? assert.fail(out)
    assert.equal(total, posts, 'the errors of the whole demo are those POSTs')
    assert.match(out, /resume v2_migration --admin http:\/\/127\.0\.0\.1:\d+$/m)
    assert.deepEqual(await readdir(temporary), before, 'a demo leaves nothing behind')
    assert.ok(!(await readdir(dir)).includes('.switchback'), "its latch is not the directory's")
  })
}

test('a resume in a demo whose V2 still fails is told, and switched back anew', async t => {
  const dir = await patientExample(t, { '2x v1': '50x v1' })
  const options = ['--fault', 'crash', '--fault-after', '1s', '-c', dir, ...bounded]
  const command = startCommand(t, 'demo', ...options)
  await command.seen(/^ {2}to allow V2 again: /m)
  const [, admin = ''] = / --admin (http:\S+)$/m.exec(command.out()) ?? []
  const { code } = await runProgram({}, 'resume', 'v2_migration', '--admin', admin)
  assert.equal(code, 0)
  await command.seen(/^ {2}switched back: .*^ {2}resumed: .*^ {2}switched back: /ms)
  command.child.kill('SIGINT')
  const { out } = await command.ended
  const [, again = ''] = out.split('resumed: V2 is allowed again')
  const [, why = ''] = switchedBack.exec(again) ?? assert.fail(out)
  assert.match(why, failed)
})

test('a demo that ends before its fault says so', async t => {
  const { code, out } = await runCommand(
    t,
    ...['demo', '--fault', 'errors', '--fault-after', '1m', '--for', '1s', ...freePorts],
  )
  assert.equal(code, 0)
  assert.match(out, /V2 did not come to fail/)
})

test('a fault that is none is refused with those that are', async t => {
  const { code, error } = await runCommand(t, 'demo', '--fault', 'fire', ...bounded)
  assert.equal(code, 2)
  assert.match(error, /Allowed choices are errors, latency, hang, crash/)
})
