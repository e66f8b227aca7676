import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { delaysAt, rules } from '../../bench/detector/delays.ts'
import { picture } from '../../bench/detector/picture.ts'
import { delaysInWords } from '../../bench/detector/table.ts'
import { loadConfig } from '../../src/config/load.ts'
import { configDir } from '../config/config-dir.ts'

const root = join(import.meta.dirname, '../..')
const read = (file: string) => readFile(join(root, file), 'utf8')
const page = await read('docs/judging.md')

/** The words of a closed union as its source lists them. */
async function wordsOf(file: string, union: string): Promise<string[]> {
  const source = await read(file)
  const [, body = ''] = new RegExp(`export type ${union} =\\n((?:  \\|.*\\n)+)`).exec(source) ?? []
  return [...body.matchAll(/'([\w-]+)'/g)].map(([, word]) => word as string)
}

test('every budget that the page shows is one', async t => {
  const budgets = [...page.matchAll(/`(\{ signal: .*? \})`/g)].map(([, text]) => `  - ${text}\n`)
  assert.ok(budgets.length >= 6)
  const policy = `auth: public\nshadow: {}\nbudgets:\n${budgets.join('')}`
  const dir = await configDir(t, { 'policies/careful.yaml': policy })
  const loaded = await loadConfig({ dir, env: {} })
  assert.deepEqual(loaded.ok ? [] : loaded.faults, [])
})

test('the page explains every reason of a verdict, and no other', async () => {
  const explained = [...page.matchAll(/^\| (?:pass|breach|not-yet) \| `([\w-]+)` \|/gm)]
  const reasons = await wordsOf('src/guard/verdict.ts', 'VerdictReason')
  assert.ok(reasons.length > 5)
  assert.deepEqual(explained.map(([, reason]) => reason).sort(), reasons.sort())
})

test('the picture and the table are those of the detector as it is', async () => {
  assert.equal(await read('docs/judging.svg'), picture())
  for (const share of [0.05, 0.25, 1]) {
    const cell = delaysInWords(delaysAt(share, rules.detector))
    assert.ok(page.includes(`| ${share * 100} % | ${cell} |`), `${share}: ${cell}`)
  }
})
