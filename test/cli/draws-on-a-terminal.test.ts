import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBlocks, createScreen } from '../../src/cli/watch/screen.ts'

/** A line's end, and a control sequence. */
const pieces = /(\r\n|\p{Cc}\[[?\d]*[A-Za-z])/u

/** What a terminal of that size shows of what was written: the few sequences that the screen uses. */
function terminalOf(rows: number, columns = 40) {
  const written: string[] = []
  const page: string[] = Array.from({ length: rows }, () => '')
  let row = 0
  let column = 0
  const left = () => (page[row] as string).slice(0, column)
  function put(text: string): void {
    for (const piece of text.split(pieces)) {
      if (piece === '\r\n') to(row + 1)
      else if (piece === '\x1b[H') to(0)
      else if (piece === '\x1b[K') page[row] = left()
      else if (piece === '\x1b[J') page.fill('', row + 1).splice(row, 1, left())
      else if (piece !== '' && !piece.startsWith('\x1b')) draw(piece)
    }
  }
  function to(next: number): void {
    assert.ok(next < rows, 'nothing is drawn below the last row')
    row = next
    column = 0
  }
  function draw(text: string): void {
    page[row] = text.slice(0, columns) + (page[row] as string).slice(text.length)
    // Behind a full line it stays on the last character.
    column = Math.min(columns - 1, text.length)
  }
  const write = (text: string) => {
    written.push(text)
    put(text)
  }
  return { rows, columns, write, written, shows: () => page.join('\n').trimEnd() }
}

test('a frame takes the place of the one before, in one write and without a blank moment', () => {
  const terminal = terminalOf(5)
  const screen = createScreen(terminal)
  screen.show(['a long first line', 'second', 'third'])
  assert.equal(terminal.shows(), 'a long first line\nsecond\nthird')
  const before = terminal.written.length
  screen.show(['short', ''])
  assert.equal(terminal.shows(), 'short')
  assert.equal(terminal.written.length, before + 1)
  // What erases everything would be seen as a flicker.
  assert.ok(!terminal.written.join('').includes('\x1b[2J'))
})

test('what does not fit is counted and never scrolls', () => {
  const terminal = terminalOf(4)
  const screen = createScreen(terminal)
  const lines = ['1', '2', '3', '4', '5', '6']
  screen.show(lines)
  assert.equal(terminal.shows(), '1\n2\n3\n… 3 more lines')
  screen.show(lines.slice(0, 4))
  assert.equal(terminal.shows(), '1\n2\n3\n4')
})

test('a line that is too long ends at the edge, to its last character', () => {
  const terminal = terminalOf(3, 10)
  const screen = createScreen(terminal)
  for (const last of ['0123456789', '012345678']) {
    screen.show(['0123456789abc', '0123456789', last])
    assert.equal(terminal.shows(), `0123456789\n0123456789\n${last}`)
  }
  screen.show(['0123456789', '0123456789abc'])
  assert.equal(terminal.shows(), '0123456789\n0123456789')
})

test('the terminal is given back as it was, with all of the last frame on it', () => {
  const terminal = terminalOf(3)
  const screen = createScreen(terminal)
  const opened = terminal.written.join('')
  screen.show(['1', '2', '3', '4'])
  const before = terminal.written.length
  screen.close()
  const closed = terminal.written.slice(before).join('')
  for (const mode of ['1049', '25', '7']) {
    assert.match(opened, new RegExp(`\\[\\?${mode}[hl]`))
    const left = mode === '1049' ? 'l' : 'h'
    assert.ok(closed.includes(`\x1b[?${mode}${left}`), mode)
  }
  assert.ok(closed.endsWith('\x1b[?1049l1\n2\n3\n4\n'))
})

test('without a terminal there are blocks', () => {
  const lines: string[] = []
  const screen = createBlocks(line => lines.push(line), true)
  screen.show(['a', 'b'])
  screen.show(['c'])
  screen.close()
  assert.deepEqual(lines, ['a', 'b', '', 'c'])
})
