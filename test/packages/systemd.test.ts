import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { root } from './image.ts'

const skip = process.platform !== 'linux'
const written = await readFile(join(root, 'deploy/systemd/switchback.service'), 'utf8')
const page = await readFile(join(root, 'docs/deploy.md'), 'utf8')

/** The values of a setting, in their order. */
function valuesOf(setting: string): string[] {
  return [...written.matchAll(new RegExp(`^${setting}=(.*)$`, 'gm'))].map(([, value = '']) => value)
}

/** The unit in a directory of its own, with programs in the place of those that are not here. */
async function unit(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'switchback-unit-'))
  t.after(() => rm(dir, { recursive: true }))
  const node = join(dir, 'node')
  await writeFile(node, '')
  await chmod(node, 0o755)
  const file = join(dir, 'switchback.service')
  await writeFile(file, written.replaceAll('/usr/bin/node', node))
  return file
}

async function analyze(...args: string[]): Promise<{ failed: boolean; said: string }> {
  return promisify(execFile)('systemd-analyze', args).then(
    ({ stdout, stderr }) => ({ failed: false, said: stdout + stderr }),
    ({ stdout, stderr }) => ({ failed: true, said: stdout + stderr }),
  )
}

test('systemd knows every setting of the unit', { skip }, async t => {
  const file = await unit(t)
  assert.deepEqual(await analyze('verify', '--man=no', file), { failed: false, said: '' })
  // A setting that there is not is told, so that the silence above says something.
  await writeFile(file, written.replace('WatchdogSec', 'WatchdogSeconds'))
  assert.match((await analyze('verify', '--man=no', file)).said, /WatchdogSeconds/)
})

test('the unit is as closed as the page says', { skip }, async t => {
  const { said } = await analyze('security', '--offline=true', '--no-pager', await unit(t))
  const [, exposure] = /Overall exposure level for switchback\.service: ([\d.]+)/.exec(said) ?? []
  const [, told] = /gives it ([\d.]+) of 10/.exec(page) ?? []
  // Other versions of systemd weigh a little differently.
  assert.ok(exposure !== undefined && Number(exposure) <= Number(told) + 0.5, said)
})

test('the unit runs what the page installs, and checks before it reloads', () => {
  const [, prefix] = /npm install .*--prefix (\S+)/.exec(page) ?? []
  const program = `/usr/bin/node ${prefix}/node_modules/switchback/dist/main.js`
  assert.deepEqual(valuesOf('ExecStart'), [`${program} start /etc/switchback`])
  assert.deepEqual(valuesOf('ExecReload'), [
    `${program} check /etc/switchback`,
    '/bin/kill -HUP $MAINPID',
  ])
  assert.deepEqual([valuesOf('Type'), valuesOf('NotifyAccess')], [['notify'], ['all']])
})
