import type { Socket } from 'node:net'
import type { TestContext } from 'node:test'
import { listenRaw } from '../support/raw.ts'

const headForm =
  /^([A-Z-]+) (\/[!-~]*) HTTP\/1\.1\r\n((?:[a-z0-9!#$%&'*+.^_`|~-]+: ?[\t\x20-\x7e\x80-\xff]*\r\n)*)\r\n$/
const chunkForm = /^(?:([1-9a-f][0-9a-f]*)\r\n)/

/**
 * An upstream that reads requests byte for byte as RFC 9112 writes them and nothing else, and keeps
 * what it could not read, or what the gateway cannot have written, as a fault.
 */
export async function startStrictUpstream(t: TestContext) {
  const faults: string[] = []
  const seen = new Set<string>()

  function serve(socket: Socket): void {
    let pending = ''
    let head: { method: string; target: string; left: number; chunked: boolean } | null = null
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
      const lines = (parts[3] as string).split('\r\n').slice(0, -1)
      const values = (name: string) =>
        lines
          .filter(line => line.startsWith(`${name}:`))
          .map(line => line.slice(name.length + 1).trim())
      const [id = ''] = values('x-request-id')
      if (values('host').length !== 1) return fault('hosts')
      if (values('x-request-id').length !== 1 || seen.has(id)) return fault('request ids')
      if (values('via').length !== 1 || values('x-forwarded-for').length !== 1)
        return fault('not of the gateway')
      if (values('connection').length > 1 || /upgrade/.test(values('connection')[0] ?? ''))
        return fault('connection')
      const lengths = values('content-length')
      const codings = values('transfer-encoding')
      if (lengths.length + codings.length > 1) return fault('framings')
      if (lengths.length === 1 && !/^\d+$/.test(lengths[0] as string)) return fault('length')
      if (codings.length === 1 && codings[0] !== 'chunked') return fault('coding')
      seen.add(id)
      pending = pending.slice(end + 4)
      head = {
        method: parts[1] as string,
        target: parts[2] as string,
        left: Number(lengths[0] ?? 0),
        chunked: codings.length === 1,
      }
      return true
    }

    /** True once the body is whole. */
    function readBody(): boolean {
      const at = head as NonNullable<typeof head>
      if (!at.chunked) {
        if (pending.length < at.left) {
          at.left -= pending.length
          pending = ''
          return false
        }
        pending = pending.slice(at.left)
        return true
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
        pending = pending.slice(whole)
      }
    }

    function turn(): void {
      for (;;) {
        if (socket.destroyed) return
        if (head === null && !readHead()) return
        if (head === null || !readBody()) return
        const { method, target } = head
        head = null
        if (pending !== '') {
          fault('bytes behind a request')
          return
        }
        const body = method === 'HEAD' ? '' : 'done'
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 4\r\nx-served: ${target}\r\n\r\n${body}`)
      }
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
