import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { EventBoundary } from '../../src/upstream/event-boundary.ts'

/** A boundary that saw `text` pass in pieces of `size` bytes. */
function after(text: string, size: number): EventBoundary {
  const boundary = new EventBoundary()
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) boundary.pass(bytes.subarray(at, at + size))
  return boundary
}

const sizes = [1, 2, 3, 4, 5, 100]

describe('an event stream can end', () => {
  for (const [text, isHere] of [
    ['', true],
    ['data: 1\n\n', true],
    ['data: 1\r\n\r\n', true],
    ['data: 1\r\r', true],
    [': still here\n\n', true],
    ['data: 1\n\ndata: 2\n\n', true],
    ['data: 1', false],
    ['data: 1\n', false],
    ['data: 1\r\n', false],
    ['data: 1\r\n\r', false],
    ['data: 1\n\ndata: é', false],
    ['data: 1\n\ndata: 2\n', false],
  ] as const) {
    it(`${isHere ? '' : 'not '}behind ${JSON.stringify(text)}, in pieces of any size`, () => {
      for (const size of sizes) assert.equal(after(text, size).isHere, isHere, `by ${size}`)
    })
  }

  it('behind the event that is under way, wherever that was torn', () => {
    for (const end of ['\n\n', '\r\n\r\n', '\r\r']) {
      const event = `data: 1${end}`
      const stream = `${event}${event}data: 2`
      // A place between two events is left at once; the rest is never asked for there.
      for (let passed = event.length + 1; passed < event.length * 2; passed++) {
        for (const size of sizes) {
          const boundary = after(stream.slice(0, passed), size)
          const rest = boundary.lengthOfRest(Buffer.from(stream.slice(passed)))
          assert.equal(rest, event.length * 2 - passed, `${JSON.stringify(end)} at ${passed}`)
        }
      }
    }
  })

  it('not yet where the next bytes do not end it', () => {
    assert.equal(after('data: 1', 100).lengthOfRest(Buffer.from('2\nid: 3\n')), -1)
    assert.equal(after('\n\nda', 100).lengthOfRest(Buffer.from('ta: 1\n')), -1)
  })
})
