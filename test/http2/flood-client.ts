import { parentPort, workerData } from 'node:worker_threads'
import {
  endHeaders,
  endStream,
  fieldBlock,
  frame,
  openFrames,
  requestFields,
  requestFrames,
} from '../support/http2-frames.ts'

/** In a thread of its own, so that what the attacker holds is not taken for what the gateway holds. */
const { port } = workerData as { port: number }
const cancel = Buffer.from([0, 0, 0, 8])
const test = { after() {} }

async function resets(): Promise<void> {
  const client = await openFrames(test, port)
  for (let stream = 1; stream < 4000 && !client.socket.destroyed; stream += 200) {
    for (let at = stream; at < stream + 200; at += 2) {
      client.write(requestFrames(at, requestFields()), frame('reset', at, cancel))
    }
    await new Promise(resolve => setImmediate(resolve))
  }
  await client.closed
}

async function endlessFields(): Promise<void> {
  const client = await openFrames(test, port)
  const piece = fieldBlock([['x', 'x'.repeat(4000)]])
  client.write(frame('headers', 1, fieldBlock(requestFields()), endStream))
  for (let i = 0; i < 100; i++) client.write(frame('continuation', 1, piece))
  await client.closed
}

async function halfRequests(): Promise<void> {
  const client = await openFrames(test, port)
  const head = fieldBlock(requestFields({ ':method': 'POST' }))
  for (let at = 1; at < 200; at += 2) {
    client.write(frame('headers', at, head, endHeaders), frame('data', at, Buffer.alloc(1000)))
  }
  await client.next(({ type }) => type === 'settings')
  client.socket.destroy()
  await client.closed
}

parentPort?.on('message', async (rounds: number) => {
  for (let i = 0; i < rounds; i++) {
    await resets()
    await endlessFields()
    await halfRequests()
  }
  parentPort?.postMessage('done')
})
