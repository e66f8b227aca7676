import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { keptChanges } from '../../src/admin/events/change-log.ts'
import { beatMs, maxReaders, maxReadersOfOne } from '../../src/admin/events/event-routes.ts'
import { createControlMetrics } from '../../src/telemetry/control-metrics.ts'
import { startAdmin } from '../admin/admin-parts.ts'
import { readEvents } from '../admin/event-stream.ts'
import { runProgram } from '../cli/run-program.ts'

const docs = join(import.meta.dirname, '../../docs')
const src = join(import.meta.dirname, '../../src/admin/events')
const runbooks = (await readdir(join(docs, 'runbooks'))).map(file => `runbooks/${file}`)
const pages = [...runbooks, 'admin-api.md', 'admin-access.md']

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
    if (name === 'runbooks/switched-back.md') assert.ok(commands.length > 5)
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
  const { ask, port } = await startAdmin(t)
  for (const [, method = '', path = ''] of named) {
    if (path === '/events') {
      // It has no end to wait for.
      assert.equal((await readEvents(t, `http://127.0.0.1:${port}`)).status, 200)
      continue
    }
    // Without a provider in the configuration there is none to go to.
    if (path === '/login/oidc') continue
    const at = path
      .replace('<flag>', 'v2_migration')
      .replace('/console/<path>', '/console/overview')
      .replace('/login/<path>', '/login/login.css')
    const { status, json } = await ask(method, at, method === 'POST' ? { body: {} } : {})
    assert.notEqual(json?.error, 'no-such-page', `${method} ${at}`)
    assert.ok(status < 500, `${method} ${at}`)
  }
})

test('what the page says of the stream of changes is so', async () => {
  const text = await readFile(join(docs, 'admin-api.md'), 'utf8')
  const [, section = ''] = /^## Changes as they happen\n([\s\S]*?)^## /m.exec(text) ?? []
  const wordsIn = (source: string) => [...source.matchAll(/'([\w-]+)'/g)].map(([, word]) => word)
  const change = await readFile(join(src, 'change.ts'), 'utf8')
  const types = [...change.matchAll(/readonly type: '(\w+)'/g)].map(([, word]) => word)
  const rows = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, word]) => word)
  assert.deepEqual(rows, ['opened', ...types])
  const reader = await readFile(join(src, 'event-reader.ts'), 'utf8')
  const ends = wordsIn(/^export type StreamEnd =([\s\S]*?)\n\n/m.exec(reader)?.[1] ?? '')
  assert.equal(ends.length, 4)
  for (const word of ends) assert.ok(section.includes(`\`${word}\``), word as string)
  assert.ok(section.includes(`last ${keptChanges} changes`))
  assert.ok(section.includes(`${maxReaders} streams at once, and ${maxReadersOfOne} of one name`))
  assert.ok(section.includes(`every ${beatMs / 1000} s`))
  const metrics = await createControlMetrics({ ownProcess: false }).registry.metrics()
  for (const [name] of section.matchAll(/switchback_event\w+/g)) {
    assert.ok(metrics.includes(name as string), name)
  }
})
