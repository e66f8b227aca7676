import assert from 'node:assert/strict'
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadConfig } from '../../src/config/load.ts'
import { runProgram } from '../cli/run-program.ts'
import { configDir, oneRoute } from '../support/gateway.ts'

const docs = join(import.meta.dirname, '../../docs')
const page = await readFile(join(docs, 'deploy.md'), 'utf8')

test('every link of the page leads somewhere', async () => {
  const links = [...page.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link)
  assert.ok(links.length > 5)
  for (const link of links) await access(join(docs, link))
})

test('what is run in a container is a command, with its options', async () => {
  const commands = [...page.matchAll(/(?:main\.js|:ro" switchback) ([a-z][^'\n]*)/g)]
  assert.ok(commands.length >= 4)
  for (const [line, words = ''] of commands) {
    const [command = '', ...rest] = words.split(' ')
    const { code, out } = await runProgram({}, command, '--help')
    assert.equal(code, 0, line)
    for (const option of rest.filter(word => word.startsWith('-'))) {
      assert.match(out, new RegExp(`(^|\\s)${option}[\\s,]`, 'm'), line)
    }
  }
})

test('what it has written into switchback.yaml is right', async t => {
  const blocks = [...page.matchAll(/^```yaml\n# switchback\.yaml\n([\s\S]*?)^```/gm)]
  assert.ok(blocks.length > 0)
  for (const [, text = ''] of blocks) {
    const token = join(await configDir(t, { token: 'a' }), 'token')
    const process = text.replace(/\/run\/credentials\/[\w./-]+/, token)
    const dir = await configDir(t, {
      ...oneRoute({ v1: 'http://127.0.0.1:1' }),
      'switchback.yaml': process,
    })
    const loaded = await loadConfig({ dir, env: {} })
    assert.deepEqual(loaded.ok ? [] : loaded.faults, [])
  }
})
