import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createMeter, type Meter, pieces } from './pattern.ts'
import { readSlowly } from './slow-reader.ts'

/** A transfer that stands still for this long has failed. */
const idleMs = 30_000

/** Sends `bytes` as fast as the gateway takes them. */
export async function upload(port: number, bytes: number, meter: Meter): Promise<void> {
  const sending = open(port, 'POST', { 'content-length': String(bytes) })
  const answered = once(sending, 'response')
  await Promise.all([pipeline(Readable.from(pieces(bytes, meter)), sending), answered])
  const [response] = (await answered) as [IncomingMessage]
  expectOk(response)
  await readSlowly(response, createMeter())
}

/** Receives `bytes` slowly. */
export async function download(port: number, bytes: number, meter: Meter): Promise<void> {
  const sending = open(port, 'GET', { 'x-bytes': String(bytes) })
  sending.end()
  const [response] = (await once(sending, 'response')) as [IncomingMessage]
  expectOk(response)
  await readSlowly(response, meter)
}

function open(port: number, method: string, headers: Record<string, string>): ClientRequest {
  const sending = request({
    ...{ host: '127.0.0.1', port, path: '/stream', method, agent: false, timeout: idleMs },
    headers: { 'x-user-id': 'user-0', ...headers },
  })
  return sending.on('timeout', () =>
    sending.destroy(new Error(`Cannot go on: nothing moved for ${idleMs} ms`)),
  )
}

function expectOk(response: IncomingMessage): void {
  if (response.statusCode !== 200)
    throw new Error(`Cannot stream: the answer must be 200, received ${response.statusCode}`)
}
