import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { test } from 'node:test'
import { processesFor } from './processes.ts'

const files = globSync('**/*.test.ts', { cwd: import.meta.dirname })

test('each test file is run by one process, whose name no other has', () => {
  const processes = processesFor(files)
  assert.deepEqual(processes.flatMap(each => each.files).sort(), files.sort())
  assert.equal(new Set(processes.map(({ name }) => name)).size, processes.length)
})

test('the files of a room share processes, eight at most each; who wants one alone is begun between them', () => {
  const many = Array.from(
    { length: 17 },
    (_, i) => `gateway/b${String(i).padStart(2, '0')}.test.ts`,
  )
  const alone = ['cli/demo-plan.test.ts', 'cli/drill.test.ts']
  const processes = processesFor([...many, ...alone, 'a.test.ts'])
  assert.deepEqual(
    processes.map(({ name, files }) => [name, files.length]),
    [
      ['cli/demo-plan', 1],
      ['house-1', 1],
      ['gateway-1', 6],
      ['cli/drill', 1],
      ['gateway-2', 6],
      ['gateway-3', 5],
    ],
  )
})
