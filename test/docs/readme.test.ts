import assert from 'node:assert/strict'
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadConfig } from '../../src/config/load.ts'
import { configDir } from '../support/gateway.ts'

const root = join(import.meta.dirname, '../..')
const readme = await readFile(join(root, 'README.md'), 'utf8')

/** The code blocks of a text, without their fences. */
function blocks(text: string): string[] {
  return [...text.matchAll(/^```\w+\n([\s\S]*?)^```/gm)].map(([, code]) => code as string)
}

test('the directory that the tour begins with is a configuration', async t => {
  const start = readme.indexOf('**Put your own service behind it.**')
  const [route, policy, flag] = blocks(readme.slice(start))
  const dir = await configDir(t, {
    'routes/search.yaml': route as string,
    'policies/open.yaml': policy as string,
    'flags/search_v2.json': flag as string,
  })
  const loaded = await loadConfig({ dir, env: {} })
  assert.deepEqual(loaded.ok ? [] : loaded.faults, [])
})

test('what a fleet needs is a configuration too', async t => {
  const fleet = blocks(readme).find(code => code.includes('workers:'))
  const dir = await configDir(t, { 'switchback.yaml': fleet as string })
  const env = { UNLEASH_TOKEN: 'a', UNLEASH_ADMIN_TOKEN: 'b', CHAT_WEBHOOK: 'https://c.example' }
  const loaded = await loadConfig({ dir, env })
  assert.deepEqual(
    loaded.ok ? [] : loaded.faults.filter(({ file }) => file === 'switchback.yaml'),
    [],
  )
})

test('every npm script and every file that the README names is there', async () => {
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const named = [...readme.matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, name]) => name as string)
  assert.ok(named.includes('demo') && named.includes('bench:peers'))
  for (const name of new Set(named)) assert.ok(name in scripts, `npm run ${name}`)
  const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path]) => path as string)
  assert.ok(links.length > 5)
  for (const link of new Set(links)) await access(join(root, link))
})
