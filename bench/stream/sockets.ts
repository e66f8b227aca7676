import { once } from 'node:events'
import { WebSocket } from 'ws'

/** What a crowd of WebSockets did, counted one by one. */
export interface SocketCount {
  readonly opened: number
  /** Messages that came back as they were sent, in order. */
  readonly echoed: number
  readonly closedCleanly: number
}

const messagesEach = 10
/** Few enough at a time for a listener's backlog. */
const openAtOnce = 100
const patienceMs = 30_000

/** Opens `count` WebSockets, has them all open at once, lets each echo 10 messages, closes them. */
export async function echoThrough(port: number, count: number): Promise<SocketCount> {
  const clients: WebSocket[] = []
  try {
    while (clients.length < count) {
      const batch = Array.from({ length: Math.min(openAtOnce, count - clients.length) }, (_, i) =>
        connect(port, clients.length + i),
      )
      clients.push(...batch)
      await Promise.all(batch.map(client => heard(client, 'open')))
    }
    const opened = clients.filter(client => client.readyState === WebSocket.OPEN).length
    const echoes = await Promise.all(clients.map(echo))
    const closes = await Promise.all(clients.map(closeCleanly))
    return {
      opened,
      echoed: echoes.reduce((total, echoed) => total + echoed, 0),
      closedCleanly: closes.filter(Boolean).length,
    }
  } finally {
    for (const client of clients) client.terminate()
  }
}

export function expectedCount(count: number): SocketCount {
  return { opened: count, echoed: count * messagesEach, closedCleanly: count }
}

function connect(port: number, index: number): WebSocket {
  const headers = { 'x-user-id': `user-${index}` }
  // A failure is heard by whoever waits for the next event; ws wants a listener at any moment.
  return new WebSocket(`ws://127.0.0.1:${port}/echo`, { headers }).on('error', () => {})
}

async function echo(client: WebSocket, index: number): Promise<number> {
  let echoed = 0
  for (let i = 0; i < messagesEach; i++) {
    const text = `socket ${index}, message ${i}`
    client.send(text)
    const [data] = await heard(client, 'message')
    if (String(data) === text) echoed++
  }
  return echoed
}

async function closeCleanly(client: WebSocket): Promise<boolean> {
  client.close(1000, 'done')
  const [code] = await heard(client, 'close')
  return code === 1000
}

async function heard(client: WebSocket, event: string): Promise<unknown[]> {
  const signal = AbortSignal.timeout(patienceMs)
  try {
    return await once(client, event, { signal })
  } catch (cause) {
    const received = signal.aborted ? 'nothing' : (cause as Error).message
    throw new Error(
      `Cannot echo: a WebSocket must see "${event}" within ${patienceMs} ms, received ${received}`,
      { cause },
    )
  }
}
