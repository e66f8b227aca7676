import { createHash } from 'node:crypto'
import type { FinalHead } from './final-head.ts'

/** RFC 6455 section 1.3. */
const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** `open` for a valid 101, `refused` for any other answer, else what is wrong with the 101. */
export type HandshakeVerdict =
  | 'open'
  | 'refused'
  | 'wrong-version'
  | 'bad-upgrade'
  | 'bad-connection'
  | 'bad-accept'
  | 'unoffered-protocol'
  | 'unoffered-extension'

/** Judges an upstream's final answer as a client must, RFC 6455 section 4.1. */
export function judgeAnswer(request: readonly string[], answer: FinalHead): HandshakeVerdict {
  if (answer.status !== 101) return 'refused'
  if (!answer.modern) return 'wrong-version'
  const upgrade = valuesOf(answer.headers, 'upgrade')
  if (upgrade.length !== 1 || upgrade[0]?.toLowerCase() !== 'websocket') return 'bad-upgrade'
  const connection = listOf(answer.headers, 'connection')
  if (!connection.some(option => option.toLowerCase() === 'upgrade')) return 'bad-connection'
  const accept = valuesOf(answer.headers, 'sec-websocket-accept')
  const key = valuesOf(request, 'sec-websocket-key')[0] ?? ''
  if (accept.length !== 1 || accept[0] !== acceptFor(key)) return 'bad-accept'

  const chosen = valuesOf(answer.headers, 'sec-websocket-protocol')
  const offered = listOf(request, 'sec-websocket-protocol')
  if (chosen.length > 1 || (chosen.length === 1 && !offered.includes(chosen[0] as string))) {
    return 'unoffered-protocol'
  }
  const extensions = listOf(request, 'sec-websocket-extensions').map(extensionName)
  for (const extension of listOf(answer.headers, 'sec-websocket-extensions')) {
    if (!extensions.includes(extensionName(extension))) return 'unoffered-extension'
  }
  return 'open'
}

function acceptFor(key: string): string {
  return createHash('sha1')
    .update(key + guid)
    .digest('base64')
}

function extensionName(extension: string): string {
  return (extension.split(';', 1)[0] as string).trim()
}

function valuesOf(headers: readonly string[], name: string): string[] {
  const values: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i] === name) values.push(headers[i + 1] as string)
  }
  return values
}

/** Members of a comma-separated list over all its lines; a comma in a quoted string does not part. */
function listOf(headers: readonly string[], name: string): string[] {
  return valuesOf(headers, name)
    .flatMap(value => value.match(/(?:"(?:\\.|[^"\\])*"|[^",])+/g) ?? [])
    .map(member => member.trim())
    .filter(member => member !== '')
}
