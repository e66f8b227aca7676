/**
 * V1 or V2 of a shadow: `node service-process.ts <behaviour>`. Prints `listening <port>`.
 * Answers `/offers/<bytes>` with about that much JSON, anything else with 83 bytes.
 */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { givingBack } from '../../src/upstream/give-back.ts'
import { smallAnswer } from '../small-answer.ts'
import type { Behaviour } from './service.ts'

const hugeBytes = 50_000_000
/** Few enough to be worth waiting for. */
const drippedBytes = 1_000_000
const dripEveryMs = 50
const piece = Buffer.alloc(64 * 1024, 'x')
const answers = new Map<string, Buffer>()

const behaviour = (process.argv[2] ?? 'well') as Behaviour
// Its parent is gone.
process.on('disconnect', () => process.exit())

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  if (behaviour === 'reset') {
    request.socket.resetAndDestroy()
    return
  }
  // Collections of its own would be counted as the gateway's time.
  request.on('data', (piece: Buffer) => givingBack(piece)?.())
  if (behaviour === 'hang') return
  if (behaviour === 'drip') drip(response)
  else if (behaviour === 'huge') pour(response)
  // A body is work: it is answered when it is whole.
  else request.on('end', () => answer(response, request.url ?? ''))
})

function answer(response: ServerResponse, path: string): void {
  const body = answerFor(path)
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
  response.end(body)
}

function answerFor(path: string): Buffer {
  const known = answers.get(path) ?? Buffer.from(made(path))
  answers.set(path, known)
  return known
}

function made(path: string): string {
  const bytes = Number(/^\/offers\/(\d+)$/.exec(path)?.[1] ?? 0)
  if (bytes === 0) return smallAnswer
  const offer = (id: number) => ({
    ...{ id, title: `engineer number ${id}`, city: 'Utrecht', remote: id % 2 === 0 },
    salary: { from: 50_000 + id, to: 70_000 + id, currency: 'EUR' },
  })
  const count = Math.ceil(bytes / JSON.stringify(offer(1000)).length)
  return JSON.stringify({ offers: Array.from({ length: count }, (_, i) => offer(i)) }).padEnd(bytes)
}

function drip(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': drippedBytes })
  const dripping = setInterval(() => response.write(' '), dripEveryMs)
  response.on('close', () => clearInterval(dripping))
}

/** Without a length: only who counts knows when it is too much. */
function pour(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  let left = hugeBytes
  const more = () => {
    while (left > 0 && !response.destroyed) {
      const next = piece.subarray(0, Math.min(left, piece.length))
      left -= next.length
      if (!response.write(next)) return void response.once('drain', more)
    }
    response.end()
  }
  more()
}

server.listen(0, '127.0.0.1', () => {
  console.log(`listening ${(server.address() as AddressInfo).port}`)
})
