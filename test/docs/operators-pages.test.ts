import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { startAdmin } from '../admin/admin-parts.ts'
import { runProgram } from '../cli/run-program.ts'

const docs = join(import.meta.dirname, '../../docs')
const pages = ['runbook-switched-back.md', 'admin-api.md', 'admin-access.md']

/** Commands within `switchback diff`. */
const changes = ['acknowledge', 'count-again', 'forget']

/** `switchback …` command lines of a page, in code blocks and within lines. */
function commandsOf(page: string): string[] {
  return [...page.matchAll(/(?:^ *|`)(switchback [a-z][^`\n]*)/gm)].map(
    ([, line]) => line as string,
  )
}

for (const name of pages) {
  test(`every command in ${name} is one, with its options`, async () => {
    const commands = commandsOf(await readFile(join(docs, name), 'utf8'))
    if (name.startsWith('runbook')) assert.ok(commands.length > 5)
    for (const line of commands) {
      const [, command = '', ...rest] = line.split(/\s+/)
      if (command === 'help') continue
      const within = rest.filter((word, i) => i === 0 && changes.includes(word))
      const { code, out } = await runProgram({}, command, ...within, '--help')
      assert.equal(code, 0, line)
      for (const option of rest.filter(word => word.startsWith('-'))) {
        assert.match(out, new RegExp(`(^|\\s)${option}[\\s,]`, 'm'), line)
      }
    }
  })
}

test('every page that the API names is there', async t => {
  const text = await readFile(join(docs, 'admin-api.md'), 'utf8')
  const named = [...text.matchAll(/`(GET|POST) (\/[^`?]*)/g)]
  assert.ok(named.length > 10)
  const { ask } = await startAdmin(t)
  for (const [, method = '', path = ''] of named) {
    const at = path.replace('<flag>', 'v2_migration')
    const { status, json } = await ask(method, at, method === 'POST' ? { body: {} } : {})
    assert.notEqual(json?.error, 'no-such-page', `${method} ${at}`)
    assert.ok(status < 500, `${method} ${at}`)
  }
})
