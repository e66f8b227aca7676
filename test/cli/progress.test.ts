import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createProgress } from '../../src/cli/progress.ts'

function told(isTTY: boolean | undefined): string {
  let written = ''
  const progress = createProgress({
    isTTY,
    write(text: string) {
      written += text
    },
  })
  progress.say('reading')
  progress.say('deciding')
  progress.end()
  progress.end()
  return written
}

test('on a terminal a line says what is under way, and nothing of it stays', () => {
  const erase = '\r\u001b[K'
  assert.equal(told(true), `${erase}reading…${erase}deciding…${erase}`)
})

test('a file or a pipe gets nothing of it', () => {
  assert.equal(told(false), '')
  assert.equal(told(undefined), '')
})
