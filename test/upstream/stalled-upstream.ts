import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

export interface StalledUpstream {
  readonly origin: string
  /**
   * Blocks this thread's event loop for `stallMs`; meanwhile the upstream writes `text` on every connection it
   * has, or a FIN when `text` is empty, and the call returns no earlier than the write is done.
   */
  stallWhileItWrites(text: string, stallMs: number): void
  close(): Promise<void>
}

const program = `
const { createServer } = require('node:net')
const { parentPort, workerData } = require('node:worker_threads')
const flags = new Int32Array(workerData.flags)
const sockets = new Set()
let connections = 0
const server = createServer(socket => {
  const number = ++connections
  sockets.add(socket)
  socket.setNoDelay(true)
  socket.on('error', () => {})
  socket.on('close', () => sockets.delete(socket))
  socket.on('data', () => {
    const body = 'connection ' + number
    socket.write('HTTP/1.1 200 OK\\r\\ncontent-length: ' + body.length + '\\r\\n\\r\\n' + body)
  })
})
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))
setInterval(() => {
  if (Atomics.compareExchange(flags, 0, 1, 2) !== 1) return
  const length = Atomics.load(flags, 1)
  const done = () => Atomics.store(flags, 0, 3)
  for (const socket of sockets) {
    if (length === 0) socket.end(done)
    else socket.write(new Uint8Array(workerData.message, 0, length).slice(), done)
  }
}, 1)
`

/** An upstream in a thread of its own, so that it can write while this thread is stuck. */
export async function startStalledUpstream(): Promise<StalledUpstream> {
  const flags = new SharedArrayBuffer(8)
  const message = new SharedArrayBuffer(4096)
  const state = new Int32Array(flags)
  const worker = new Worker(program, { eval: true, workerData: { flags, message } })
  const [port] = await once(worker, 'message')
  return {
    origin: `http://127.0.0.1:${port}`,
    stallWhileItWrites(text, stallMs) {
      new Uint8Array(message).set(Buffer.from(text))
      Atomics.store(state, 1, text.length)
      Atomics.store(state, 0, 1)
      const start = performance.now()
      while (performance.now() - start < stallMs || Atomics.load(state, 0) !== 3) {
        if (performance.now() - start > 5000) throw new Error('the upstream did not write')
      }
      Atomics.store(state, 0, 0)
    },
    async close() {
      await worker.terminate()
    },
  }
}
