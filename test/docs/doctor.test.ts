import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '../..')

test('the page explains every check, and no other', async () => {
  const page = await readFile(join(root, 'docs/doctor.md'), 'utf8')
  const source = await readFile(join(root, 'src/cli/doctor/judgement.ts'), 'utf8')
  const [, union = ''] = /export type CheckName =\n((?: {2}\|.*\n)+)/.exec(source) ?? []
  const checks = [...union.matchAll(/\| '([\w-]+)'/g)].map(([, word]) => word)
  const rows = [...page.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, word]) => word)
  assert.ok(checks.length > 10)
  assert.deepEqual(rows, checks)
})
