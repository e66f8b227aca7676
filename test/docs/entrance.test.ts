import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadConfig } from '../../src/config/load.ts'
import { configDir, oneRoute } from '../support/gateway.ts'

const root = join(import.meta.dirname, '../..')
const page = await readFile(join(root, 'docs/entrance.md'), 'utf8')

test('the policy of the page is one', async t => {
  const [, policy = ''] = /^```yaml\n([\s\S]*?)^```/m.exec(page) ?? []
  const dir = await configDir(t, {
    ...oneRoute({ v1: 'http://127.0.0.1:9' }),
    'policies/open.yaml': policy,
  })
  const loaded = await loadConfig({ dir, env: {} })
  assert.deepEqual(loaded.ok ? [] : loaded.faults, [])
})

test('the page names every detail that the entrance tells, and no other', async () => {
  const files = ['addresses.ts', 'content-types.ts', 'cors.ts', 'handshake-origin.ts']
  const texts = await Promise.all(
    files.map(file => readFile(join(root, 'src/entrance', file), 'utf8')),
  )
  const unions = texts.flatMap(text => /^export type \w+Fault =([\s\S]*?)\n\n/m.exec(text) ?? [])
  const words = (text: string) =>
    new Set([...text.matchAll(/['`]([a-z]+(?:-[a-z]+)+)['`]/g)].map(([, word]) => word as string))
  const table = page.slice(page.indexOf('| refusal | detail |'))
  const told = [...words(table)].filter(word => !word.endsWith('-refused'))
  assert.ok(told.length > 8)
  assert.deepEqual(told.sort(), [...words(unions.join('\n'))].sort())
})
