import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linesOf } from '../../bench/failover/report.ts'
import { markdown } from '../../bench/lines.ts'
import { withFigures } from '../../bench/page.ts'

const what = 'ms to the trip'

function verdictOf(values: readonly (number | null)[], most?: number) {
  const rounds = values.map(value => [{ what, value, ...(most !== undefined && { most }) }])
  return linesOf({ name: 'a', what: 'b', rounds })[0]
}

test('a promise is kept when every round kept it, whatever the median is', () => {
  assert.equal(verdictOf([1, 2, 10], 10)?.verdict, 'pass')
  assert.equal(verdictOf([1, 2, 11], 10)?.verdict, 'broken')
})

test('what never came to pass breaks its promise and is told', () => {
  const line = verdictOf([4, null], 10)
  assert.equal(line?.verdict, 'broken')
  assert.equal(line?.value, '4, never in 1 of 2')
})

test('a figure that promises nothing gets no verdict', () => {
  assert.equal(verdictOf([5000, null])?.verdict, '')
})

test('figures stand between the markers of a page, and the rest of it stays', () => {
  const mark = '<!-- figures: written by bench:failover -->'
  const page = `# Title\n\n${mark}\n\nold\n\n<!-- end of figures -->\n\nRest.\n`
  const figures = markdown([{ name: 'v2-500', what: 'V2 fails', lines: [] }], ['Node: v26'])
  const written = withFigures(page, 'bench:failover', figures)
  assert.match(written, /^# Title\n\n<!-- .*-->\n\n- Node: v26\n\n### v2-500\n\nV2 fails\.\n/)
  assert.match(written, /<!-- end of figures -->\n\nRest\.\n$/)
  assert.doesNotMatch(written, /old/)
  assert.equal(withFigures(written, 'bench:failover', figures), written)
  assert.throws(() => withFigures('# Title', 'bench:failover', figures), /must hold <!-- figures/)
})

test('a page may hold the figures of two scripts, and each writes its own', () => {
  const part = (by: string) =>
    `<!-- figures: written by ${by} -->\n\nold\n\n<!-- end of figures -->\n`
  const written = withFigures(part('a') + part('b'), 'b', 'new')
  assert.equal(written, part('a') + part('b').replace('old', 'new'))
})
