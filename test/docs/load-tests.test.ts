import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { faults } from '../../bench/chaos/faults.ts'
import { exitCodes } from '../../bench/exit-code.ts'
import { profiles } from '../../bench/load-test/profiles.ts'
import { promisesOf } from '../../bench/load-test/promises.ts'
import { readSettings, usage } from '../../bench/load-test/settings.ts'
import { leastRounds } from '../../bench/load-test/verdicts.ts'
import { withFigures } from '../../bench/page.ts'
import { kindNames, kinds } from '../../bench/soak/traffic/kinds.ts'

const root = join(import.meta.dirname, '../..')
const read = (name: string) => readFile(join(root, 'docs', name), 'utf8')

test('the page on load tests has every option, promise, profile and exit code', async () => {
  const page = await read('load-tests.md')
  const options = [...usage.matchAll(/--([a-z\d]+)/g)].map(([, name]) => name as string)
  for (const name of new Set(options)) {
    if (name !== 'help') assert.ok(page.includes(`\`--${name}`), name)
  }
  for (const { words } of promisesOf('normal', 0.02))
    assert.ok(page.includes(`| ${words} |`), words)
  for (const [name, perMinute] of Object.entries(profiles)) {
    const row = `| \`${name}\` | ${perMinute?.toLocaleString('en-GB') ?? 'as many'}`
    assert.ok(page.includes(row), row)
  }
  for (const code of Object.values(exitCodes))
    assert.match(page, new RegExp(`^\\| ${code} \\|`, 'm'))
  assert.equal(leastRounds, 6)
  assert.match(page, /Below six rounds there is no verdict/)
})

test('every command line of a load test in the pages is one', async () => {
  const text = (await read('load-tests.md')).replaceAll('\\\n', ' ')
  const lines = [...text.matchAll(/^npm run (?:-s )?bench:load(?: -- (.*?))?(?: >.*)?$/gm)]
  assert.equal(lines.length, 3)
  for (const [line, words = ''] of lines) {
    const argv = [...words.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain)
    assert.doesNotThrow(() => readSettings(argv as string[]), line)
  }
})

test('the page on the soak has each kind of client as often as it comes', async () => {
  const page = await read('soak.md')
  const [, table = ''] = /\| of a hundred .*\n\|---.*\n((?:\|.*\n)+)/.exec(page) ?? []
  const told = [...table.matchAll(/^\| ([\d, ]+) \|/gm)].flatMap(([, cell = '']) =>
    cell.split(', ').map(Number),
  )
  const sorted = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b)
  assert.deepEqual(sorted(told), sorted(kindNames.map(kind => kinds[kind])))
})

test('the page on chaos has every fault and no other, and rows that there are', async () => {
  const page = await read('chaos.md')
  const [, table = ''] = /\| fault \| what is done \|\n\|---.*\n((?:\|.*\n)+)/.exec(page) ?? []
  const told = [...table.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([\w-]+)`/g)].map(([, name]) => name as string),
  )
  assert.deepEqual(told.toSorted(), faults.map(({ name }) => name).toSorted())
  const behaviours = await read('behaviours.md')
  for (const row of faults.flatMap(({ rows }) => rows)) {
    assert.ok(behaviours.includes(`| ${row} |`), row)
  }
})

test('each page has a place for the figures that a script writes there', async () => {
  for (const [name, by] of [
    ['soak.md', 'soak'],
    ['chaos.md', 'chaos'],
    ['bench.md', 'bench:workers'],
    ['bench.md', 'bench:idle'],
  ] as const) {
    assert.match(withFigures(await read(name), by, 'some figures'), /some figures/, by)
  }
})
