import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AnswerParser } from '../../src/upstream/http1/answer-parser.ts'

interface Read {
  readonly body: string
  readonly isWhole: boolean
}

/** Reads an answer in pieces out of one buffer, as all connections do, each read over the last. */
function readLent(answer: Buffer, lengths: readonly number[]): Read {
  const socket = Buffer.alloc(256)
  const parser = new AnswerParser(1024)
  let body = ''
  parser.begin('GET', {
    borrows: true,
    onInformation() {},
    onHead() {},
    onData(piece) {
      assert.equal(piece.buffer, socket.buffer)
      body += piece.toString('latin1')
      return true
    },
  })
  let isWhole = false
  for (let at = 0, read = 0; at < answer.length; read++) {
    const length = Math.min(lengths[read % lengths.length] ?? 1, answer.length - at)
    answer.copy(socket, 0, at, at + length)
    isWhole = parser.feed(socket, length)
    at += length
  }
  return { body, isWhole }
}

const lengths = fc.array(fc.integer({ min: 1, max: 256 }), { minLength: 1, maxLength: 20 })
const text = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 300 })

test('an answer of declared length is lent whole, however it is cut', () => {
  fc.assert(
    fc.property(text, lengths, (body, cuts) => {
      const head = `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`
      assert.deepEqual(readLent(Buffer.from(head + body), cuts), { body, isWhole: true })
    }),
  )
})

test('a chunked answer is decoded where it was read, however it is cut', () => {
  fc.assert(
    fc.property(fc.array(text, { maxLength: 12 }), lengths, (chunks, cuts) => {
      const coded = chunks.map(chunk => `${chunk.length.toString(16)};x=y\r\n${chunk}\r\n`).join('')
      const answer = `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${coded}0\r\na: b\r\n\r\n`
      const read = readLent(Buffer.from(answer), cuts)
      assert.deepEqual(read, { body: chunks.join(''), isWhole: true })
    }),
  )
})
