/**
 * Connections that ask once and are then kept: `node idle-clients.ts <url> <connections>`. Sends a message
 * when each of them has its answer; on a message it sends how many are still open, and ends.
 */
import { connect, type Socket } from 'node:net'
import { smallAnswer } from '../small-answer.ts'

const [url = '', connections] = process.argv.slice(2)
/** Few enough at a time for a listener's backlog. */
const openAtOnce = 100

const { hostname, port, pathname, host } = new URL(url)
const request = `GET ${pathname} HTTP/1.1\r\nhost: ${host}\r\nx-user-id: idle\r\n\r\n`
const sockets: Socket[] = []

function ask(): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(Number(port), hostname, () => socket.write(request))
    sockets.push(socket)
    socket.on('data', chunk => {
      text += chunk
      if (!text.endsWith(smallAnswer)) return
      socket.removeAllListeners('data').resume()
      resolve()
    })
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('closed before the answer')))
  })
}

while (sockets.length < Number(connections)) {
  const batch = Math.min(openAtOnce, Number(connections) - sockets.length)
  await Promise.all(Array.from({ length: batch }, ask))
}
process.send?.('held')
process.on('message', () => {
  const open = sockets.filter(socket => !socket.closed && !socket.readableEnded).length
  process.send?.(open, () => process.exit())
})
// Its parent is gone.
process.on('disconnect', () => process.exit())
