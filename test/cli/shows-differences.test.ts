import assert from 'node:assert/strict'
import { test } from 'node:test'
import { diffText } from '../../src/cli/diff/diff-text.ts'
import { startAdmin } from '../admin/admin-parts.ts'
import { finding, mixed, routeDifferences } from '../shadow/found-differences.ts'
import { runProgram } from './run-program.ts'

test('the worst comes first, with how often, since when, and what stood there', () => {
  assert.deepEqual(diffText([routeDifferences(mixed)]), [
    'match  flag v2_migration, since 2023-11-14 22:13:20 UTC',
    '  V2 differs in 100 % of pairs',
    '',
    '                where          kind   of late  in all      V1 itself  first seen               last seen                V1 → V2',
    '  REAL          /price         value  100 %    214 of 214  0 %        2023-11-14 22:13:20 UTC  2023-11-14 22:23:20 UTC  12.5 → 12.63  (GET /offers/*)',
    '  undecided     /score         value  2 %      4 of 214    unknown    2023-11-14 22:13:20 UTC  2023-11-14 22:23:20 UTC',
    '  acknowledged  header:server  value  100 %    214 of 214  0 %        2023-11-14 22:13:20 UTC  2023-11-14 22:23:20 UTC',
    '  noise         /id            value  100 %    214 of 214  100 %      2023-11-14 22:13:20 UTC  2023-11-14 22:23:20 UTC',
    '  header:server (value) was acknowledged by ada, 2023-11-14 22:18:20 UTC: another server',
    '',
    '  latency: V2 answers 12 ms later than V1 (10 to 15 ms)',
    '  not compared: 3 too-large, 1 busy',
    '  if that is meant: switchback diff acknowledge match /price value --why <text>',
  ])
})

test('what V2 chose moves no cursor and begins no line', () => {
  const evil = '/\u001b[2Jx\n\u202e\u{e0041}'
  const samples = finding().samples.map(sample => ({
    ...sample,
    v1: '\u0007',
    v2: `${'9'.repeat(31)}\u009b`,
    endpoint: 'GET /\u2028',
  }))
  const lines = diffText([routeDifferences([finding({ at: evil, samples })], { text: evil })])
  for (const line of lines) assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
  assert.ok(lines.some(line => line.includes('/\\u{1b}[2Jx\\u{a}\\u{202e}\\u{e0041}')))
})

test('a place that a shell would take apart is quoted where it is to be typed', () => {
  const lines = diffText([routeDifferences([finding({ at: "/it's *" })])])
  assert.match(lines.at(-1) ?? '', / acknowledge match '\/it'\\''s \*' value --why <text>$/)
})

test('where nothing is shadowed it says so', () => {
  assert.deepEqual(diffText([]), ['no route is shadowed'])
})

test('real differences exit with 6, anything else with 0', async t => {
  const { port, shown } = await startAdmin(t)
  const at = ['--admin', `http://127.0.0.1:${port}`]
  shown.differences = [routeDifferences(mixed), routeDifferences([], { route: 'search' })]
  const real = await runProgram({}, 'diff', ...at)
  assert.equal(real.code, 6)
  assert.match(real.out, /^ {2}REAL {2,}\/price/m)
  assert.doesNotMatch(real.out, /acknowledged|noise/)
  const other = await runProgram({}, 'diff', 'search', ...at)
  assert.equal(other.code, 0)
  assert.doesNotMatch(other.out, /match/)
  shown.differences = [routeDifferences(mixed.slice(1))]
  const rest = await runProgram({}, 'diff', '--all', ...at)
  assert.equal(rest.code, 0)
  assert.match(rest.out, /^ {2}noise/m)
})

test('as JSON it is what the gateway says', async t => {
  const { port, shown } = await startAdmin(t)
  shown.differences = [routeDifferences(mixed)]
  const at = ['--admin', `http://127.0.0.1:${port}`]
  const { code, out } = await runProgram({}, 'diff', '--json', '--all', 'match', ...at)
  assert.equal(code, 6)
  assert.deepEqual(JSON.parse(out), [routeDifferences(mixed)])
})

test('a route that is not shadowed is refused with 1', async t => {
  const { port } = await startAdmin(t)
  const { code, error } = await runProgram(
    {},
    'diff',
    'mtch',
    '--admin',
    `http://127.0.0.1:${port}`,
  )
  assert.equal(code, 1)
  assert.match(error, /route must be one that is shadowed, received "mtch"/)
})
