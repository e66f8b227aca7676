import { createHash } from 'node:crypto'
import type { Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { listenRaw } from '../support/raw.ts'

const headForm =
  /^([A-Z-]+) (\/[!-~]*) HTTP\/1\.1\r\n((?:[a-z0-9!#$%&'*+.^_`|~-]+: ?[\t\x20-\x7e\x80-\xff]*\r\n)*)\r\n$/
const chunkForm = /^(?:([1-9a-f][0-9a-f]*)\r\n)/
const webSocketGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** A request as the upstream read it; the last three fields grow while it comes. */
export interface ArrivedRequest {
  readonly id: string
  /** Who sent it, as the gateway says. */
  readonly address: string
  readonly method: string
  readonly target: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  body: string
  whole: boolean
  /** Bytes of the tunnel that a handshake opened; null for all other requests. */
  tunnel: string | null
}

/**
 * An upstream that reads requests byte for byte as RFC 9112 writes them and nothing else, and keeps
 * what it could not read, or what the gateway cannot have written, as a fault. It opens every
 * WebSocket and says nothing on it. `onArrived` hears of each request when its head is there.
 */
export async function startStrictUpstream(
  t: TestContext,
  onArrived: (request: ArrivedRequest) => void = () => {},
) {
  const faults: string[] = []
  const seen = new Set<string>()

  function serve(socket: Socket): void {
    let pending = ''
    let request: ArrivedRequest | null = null
    let framing: { left: number; chunked: boolean } = { left: 0, chunked: false }
    const fault = (what: string): false => {
      faults.push(`${what}: ${JSON.stringify(pending.slice(0, 300))}`)
      socket.destroy()
      return false
    }

    function readHead(): boolean {
      const end = pending.indexOf('\r\n\r\n')
      if (end === -1) return false
      const parts = headForm.exec(pending.slice(0, end + 4))
      if (parts === null) return fault('not a request head')
      const [, method = '', target = '', block = ''] = parts
      const headers = block
        .split('\r\n')
        .slice(0, -1)
        .map(line => {
          const colon = line.indexOf(':')
          return [line.slice(0, colon), line.slice(colon + 1).trim()] as const
        })
      const values = (name: string) =>
        headers.filter(([found]) => found === name).map(([, value]) => value)
      const [id = ''] = values('x-request-id')
      if (values('host').length !== 1) return fault('hosts')
      if (values('x-request-id').length !== 1 || seen.has(id)) return fault('request ids')
      const [address = ''] = values('x-forwarded-for')
      if (values('via').length !== 1 || values('x-forwarded-for').length !== 1)
        return fault('not of the gateway')
      const [option = ''] = values('connection')
      const handshake = /upgrade/i.test(option)
      if (values('connection').length > 1) return fault('connection')
      const lengths = values('content-length')
      const codings = values('transfer-encoding')
      if (lengths.length + codings.length > 1) return fault('framings')
      if (lengths.length === 1 && !/^\d+$/.test(lengths[0] as string)) return fault('length')
      if (codings.length === 1 && codings[0] !== 'chunked') return fault('coding')
      const [path = ''] = target.split('?', 1)
      if (/\/\.{0,2}\/|\/\.{1,2}$|\\|%(?:2f|5c|2e)/i.test(path)) return fault('path')
      if (handshake) {
        const key = values('sec-websocket-key')
        const framed = lengths.length + codings.length > 0
        if (values('upgrade')[0] !== 'websocket' || key.length !== 1 || framed || method !== 'GET')
          return fault('handshake')
      }
      seen.add(id)
      pending = pending.slice(end + 4)
      framing = { left: Number(lengths[0] ?? 0), chunked: codings.length === 1 }
      request = {
        id,
        address,
        method,
        target,
        headers,
        body: '',
        whole: false,
        tunnel: handshake ? '' : null,
      }
      onArrived(request)
      return true
    }

    /** True once the body is whole. */
    function readBody(at: ArrivedRequest): boolean {
      if (!framing.chunked) {
        const piece = pending.slice(0, framing.left)
        at.body += piece
        framing.left -= piece.length
        pending = pending.slice(piece.length)
        return framing.left === 0
      }
      for (;;) {
        if (pending.startsWith('0\r\n\r\n')) {
          pending = pending.slice(5)
          return true
        }
        if ('0\r\n\r\n'.startsWith(pending)) return false
        const size = chunkForm.exec(pending)
        if (size === null) {
          if (!/^[0-9a-f]{0,8}\r?$/.test(pending)) fault('not a chunk')
          return false
        }
        const length = Number.parseInt(size[1] as string, 16)
        const whole = size[0].length + length + 2
        if (pending.length < whole) return false
        if (pending.slice(whole - 2, whole) !== '\r\n') return fault('chunk end')
        at.body += pending.slice(size[0].length, whole - 2)
        pending = pending.slice(whole)
      }
    }

    function turn(): void {
      for (;;) {
        if (socket.destroyed) return
        if (request === null && !readHead()) return
        const at = request as ArrivedRequest | null
        if (at === null) return
        if (at.tunnel !== null) {
          if (!at.whole) openTunnel(at)
          at.tunnel += pending
          pending = ''
          return
        }
        if (!readBody(at)) return
        at.whole = true
        request = null
        if (pending !== '') {
          fault('bytes behind a request')
          return
        }
        const body = at.method === 'HEAD' ? '' : 'done'
        socket.write(
          `HTTP/1.1 200 OK\r\ncontent-length: 4\r\nx-served: ${at.target}\r\n\r\n${body}`,
        )
      }
    }

    function openTunnel(at: ArrivedRequest): void {
      at.whole = true
      const key = at.headers.find(([name]) => name === 'sec-websocket-key')?.[1] as string
      const accept = createHash('sha1')
        .update(key + webSocketGuid)
        .digest('base64')
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
      )
    }

    socket.on('data', chunk => {
      pending += chunk.toString('latin1')
      turn()
    })
  }

  const { url, sockets } = await listenRaw(t, serve)
  return {
    url,
    faults: faults as readonly string[],
    connections: () => sockets.size,
  }
}
