import { once } from 'node:events'
import { connect } from 'node:net'

/** One command over a connection of its own; resolves with the answer as Redis wrote it. */
export async function redisCommand(port: number, words: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const command = words.map(word => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')
  // It answers what it read before it closes, too; QUIT is not known to a sentinel.
  socket.end(`*${words.length}\r\n${command}`)
  let answer = ''
  socket.on('data', chunk => {
    answer += chunk
  })
  await once(socket, 'close')
  if (answer.startsWith('-')) throw new Error(answer)
  return answer
}
