import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConsoleFile } from '../../src/admin/console/console-files.ts'
import { createConsoleShelf } from '../../src/admin/console/console-shelf.ts'

const file: ConsoleFile = { type: 'text/css', etag: '"1"', body: Buffer.from('') }

test('files that could not be read are read when somebody asks again, and then no more', async () => {
  let reads = 0
  const shelf = createConsoleShelf(async () => {
    if (++reads === 1) throw Object.assign(new Error('too many open files'), { code: 'EMFILE' })
    return new Map([['a.css', file]])
  })
  await assert.rejects(shelf.file('a.css'), { code: 'EMFILE' })
  assert.equal(await shelf.file('a.css'), file)
  assert.equal(await shelf.file('b.css'), null)
  assert.equal(reads, 2)
})
