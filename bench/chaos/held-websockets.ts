import { once } from 'node:events'
import { WebSocket } from 'ws'

export interface HeldWebSockets {
  /** How many were closed with which code; 1006 for none, 0 for those that are still open. */
  closes(): ReadonlyMap<number, number>
}

/** Opens WebSockets of as many users through a gateway, and holds them until they are closed. */
export async function holdWebSockets(url: string, count: number): Promise<HeldWebSockets> {
  const codes = Array.from({ length: count }, () => 0)
  const opened = codes.map((_, i) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/socket`, {
      headers: { 'x-user-id': `held-${i}` },
    })
    socket.on('error', () => {})
    socket.on('close', code => {
      codes[i] = code
    })
    return once(socket, 'open')
  })
  await Promise.all(opened)
  return {
    closes: () =>
      new Map([...Map.groupBy(codes, code => code)].map(([code, all]) => [code, all.length])),
  }
}
