import { once } from 'node:events'
import { WebSocket } from 'ws'

const messages = 5
const patienceMs = 30_000

/** Opens a WebSocket and has it echo; then closes it and hears the close, or drops it without a word. */
export async function echo(port: number, user: string, isDropped: boolean): Promise<void> {
  const socket = new WebSocket(`wss://127.0.0.1:${port}/socket`, {
    headers: { 'x-user-id': user },
    rejectUnauthorized: false,
  })
  const signal = AbortSignal.timeout(patienceMs)
  try {
    await once(socket, 'open', { signal })
    for (let i = 0; i < messages; i++) {
      const text = `message ${i} of ${user}`
      socket.send(text)
      const [data] = await once(socket, 'message', { signal })
      if (String(data) !== text) throw new Error('another echo')
    }
    // One that is dropped hears nothing more either.
    if (isDropped) return
    socket.close(1000)
    const [code] = await once(socket, 'close', { signal })
    if (code !== 1000) throw new Error(`closed with ${code}`)
  } finally {
    socket.on('error', () => {})
    socket.terminate()
  }
}
