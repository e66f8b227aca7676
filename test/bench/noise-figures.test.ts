import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { pairsUntilNamed } from '../../bench/noise/naming.ts'
import { wrong } from '../../bench/noise/simulated-pairs.ts'
import { inWords } from '../../bench/noise/table.ts'

test('the table of how soon a mistake is named is that of the rule as it is', async () => {
  const page = await readFile('docs/adr/0013-noise-and-findings.md', 'utf8')
  const cells = [0.05, 0.2, 0.5].map(noise =>
    inWords(pairsUntilNamed(wrong('/price', 1), noise, 11)),
  )
  assert.ok(page.includes(`| every answer is wrong | ${cells.join(' | ')} |`), cells.join(' | '))
  const rarer = inWords(pairsUntilNamed(wrong('/price', 0.2), 0.5, 11))
  assert.match(page, new RegExp(`^\\| one in five \\|.*\\| ${rarer} \\|$`, 'm'))
})
