import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { overlay } from '../../src/cli/demo/overlay.ts'
import { configDir, snapshotOf } from '../config/config-dir.ts'
import { startCommand } from './command.ts'
import { runProgram } from './run-program.ts'

const freePorts = '--port 0 --admin-port 0 --v1-port 0 --v2-port 0'.split(' ')

/** What a demo puts into the directory for temporary files, it has to take away. */
const temporary = await mkdtemp(join(tmpdir(), 'switchback-test-'))
process.env.TMPDIR = temporary
after(() => rm(temporary, { recursive: true, force: true }))

test('a plan moves its flag by itself, and a V2 that fails on the way ends it with all on V1', async t => {
  const plan = ['demo', '--plan', '100ms', '--fault', 'errors', '--at', '25', '--traffic', '200']
  const { ended } = startCommand(t, ...plan, ...freePorts)
  const { code, out, error } = await ended
  assert.equal(error, '')
  assert.equal(code, 0, out)
  const told = [...out.matchAll(/^ {2}(progressing|holding|switched-back): (\d+) %/gm)]
  const steps = told.map(([, phase, percent]) => `${phase} ${percent}`)
  assert.deepEqual(steps.slice(0, 3), ['progressing 0', 'holding 10', 'progressing 10'], out)
  assert.equal(steps.at(-1), 'switched-back 25')
  assert.match(out, /from now on V2 answers 500 to everything/)
  assert.match(out, /the plan +25 %: switched back, all callers have V1$/m)
  assert.deepEqual(await readdir(temporary), [], 'a demo leaves nothing behind')
})

test('a stage that there is not is refused', async () => {
  const { code, error } = await runProgram({}, 'demo', '--plan', 'fast', '--at', '30')
  assert.equal(code, 2)
  assert.match(error, /It must be one of 10, 25, 50, 75, 100, received "30"/)
})

test('a demo on the files of a user carries no rollout out: it would write into them', async t => {
  const policy =
    'auth: public\nbudgets: [{ signal: errors, max: 1% }]\nrollout: { stages: [{ percent: 100 }] }\n'
  const snapshot = await snapshotOf(await configDir(t, { 'policies/careful.yaml': policy }))
  const places = { ports: { gateway: 0, admin: 0, v1: 0, v2: 0 }, storeDir: temporary }
  const [theirs] = overlay(snapshot, { ...places, ownsFiles: false }).routes
  const [ours] = overlay(snapshot, { ...places, ownsFiles: true }).routes
  assert.equal(theirs?.rules.rollout, null)
  assert.equal(ours?.rules.rollout?.stages.length, 1)
})
