import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withPercentage } from '../../src/config/write-percentage.ts'

/** Of three strategies the second, as people write them. */
const written = [
  '{"name":"v2","strategies":[{"name":"default"},{"parameters":{"a":"1","rollout":"5"},"name":"flexibleRollout"},{"parameters":{"rollout":"5"}}]}',
  '{\n  "strategies" : [ { "name": "default" },\n    {\n\t"parameters": {\n  "stickiness": "é\\"rollout\\": \\"5\\"",\n      "rollout":\n   "5" } }, { "parameters": {"rollout":"5"} }]\n}\n',
  '{\r\n "strategies": [{},\r\n  {"parameters": {"rollout": "5"}}]}\r\n',
]

for (const text of written) {
  test(`another percentage changes one text of the file: ${JSON.stringify(text.slice(0, 40))}`, () => {
    const changed = withPercentage(text, 1, 25)
    assert.ok(changed !== null)
    const parsed = JSON.parse(changed)
    assert.equal(parsed.strategies[1].parameters.rollout, '25')
    parsed.strategies[1].parameters.rollout = '5'
    assert.deepEqual(parsed, JSON.parse(text))
    assert.equal(changed.length, text.length + 1)
  })
}

test('where there is no text nothing is written', () => {
  for (const text of [
    '{"strategies":[{"parameters":{"rollout":5}}]}',
    '{"strategies":[{"parameters":{}}]}',
    '{"strategies":[]}',
  ]) {
    assert.equal(withPercentage(text, 0, 25), null, text)
  }
})
