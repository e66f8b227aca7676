import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { exampleCopy } from '../cli/example-copy.ts'
import { runProgram } from '../cli/run-program.ts'

const page = await readFile(join(import.meta.dirname, '../../docs/assignment.md'), 'utf8')

test('what the page shows of simulate is what the example says of 1,000 users', async t => {
  const [, command = ''] = /^switchback (simulate .*)$/m.exec(page) ?? []
  const [, shown = ''] = /^```\n(flag {6}[\s\S]*?)^```/m.exec(page) ?? []
  const [begin = '', end = ''] = shown.split('  …\n')
  assert.ok(begin.includes(' move to V2') && end !== '')

  const dir = await exampleCopy(t)
  const users = join(dir, 'users.txt')
  await writeFile(users, Array.from({ length: 1000 }, (_, i) => `user-${i}\n`).join(''))
  const argv = command.replace('users.txt', users).split(' ')
  const { code, out } = await runProgram({}, ...argv, '-c', dir)
  assert.equal(code, 0)
  assert.ok(out.startsWith(begin), out)
  assert.ok(`${out}\n`.endsWith(end), out)
})
