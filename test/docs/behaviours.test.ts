import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '../..')
const page = readFileSync(join(root, 'docs/behaviours.md'), 'utf8')

/** The cells of a row behind its number and what it says: one for each way in. */
const rows = new Map(
  [...page.matchAll(/^\| (B\d+) \|(.*)\|$/gm)].map(([, row = '', cells = '']) => {
    const [, , ...ways] = cells.split(' | ')
    return [row, ways] as const
  }),
)
const filesIn = (text: string) =>
  [...text.matchAll(/\]\(\.\.\/(test\/[\w/.-]+\.ts)\)/g)].map(([, file = '']) => file)

/** Rows that the names of the tests in a file say they hold. */
function rowsHeldBy(file: string): Set<string> {
  const text = readFileSync(join(root, file), 'utf8')
  const names = text.matchAll(/\b(?:test|it|describe)\(\s*(['"`])(.*?)\1/g)
  return new Set([...names].flatMap(([, , name = '']) => name.match(/\bB\d+\b/g) ?? []))
}

const held = new Map(
  globSync('test/**/*.ts', { cwd: root }).map(file => [file, rowsHeldBy(file)] as const),
)

test('every row is there once, and each way in has a test or a reason for none', () => {
  assert.equal(rows.size, page.match(/^\| B\d+ /gm)?.length)
  assert.equal(rows.size, 35)
  for (const [row, ways] of rows) {
    assert.equal(ways.length, 3, row)
    for (const way of ways) {
      assert.match(way, /\.\.\/test\/|does not (apply|differ): |the same doors/, `${row}: ${way}`)
    }
  }
})

test('every test that a row names holds it by its name', () => {
  for (const [row, ways] of rows) {
    for (const file of ways.flatMap(filesIn)) {
      assert.ok(held.get(file)?.has(row), `${file} has no test that is named by ${row}`)
    }
  }
})

test('every test that is named by a row stands in it', () => {
  for (const [file, found] of held) {
    for (const row of found) {
      const named = filesIn((rows.get(row) ?? []).join(' '))
      assert.ok(named.includes(file), `${row} does not name ${file}`)
    }
  }
})

test('a test that holds a row for handshakes makes some', () => {
  for (const [row, [, handshake = '']] of rows) {
    for (const file of filesIn(handshake)) {
      const text = readFileSync(join(root, file), 'utf8')
      assert.match(text, /upgradeRequest|bothWays/, `${file} makes no handshake for ${row}`)
    }
  }
})
