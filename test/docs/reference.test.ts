import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { referencePages } from '../../reference/pages.ts'

const dir = join(import.meta.dirname, '../../docs/reference')
const pages = await referencePages()

for (const [name, text] of pages) {
  test(`docs/reference/${name} is what npm run reference writes`, async () => {
    const written = await readFile(join(dir, name), 'utf8')
    const current = text.split('\n')
    const [stale] = written.split('\n').filter(line => !current.includes(line))
    assert.ok(written === text, `run npm run reference; it writes no longer: ${stale}`)
  })
}

test('there is no page of the reference that nothing writes', async () => {
  assert.deepEqual((await readdir(dir)).sort(), [...pages.keys()].sort())
})

test('every row of the reference says what it is about', () => {
  const config = pages.get('config.md') ?? ''
  assert.ok(config.includes('| `listen.tls.warnBeforeDays` | days, 0 to 365 | `14` |'))
  assert.ok(config.includes('| `budgets[].signal` | `errors`, `latency`'))
  assert.ok(config.includes('| `v2` | group, as `v1` |'))
  const cli = pages.get('cli.md') ?? ''
  assert.ok(cli.includes('## switchback diff acknowledge'))
  assert.ok(!cli.includes('switchback worker'), 'what is hidden stays so')
  const api = pages.get('api.md') ?? ''
  assert.ok(api.includes('| `POST /latches/{flag}/rollback` | operator |'))
})
