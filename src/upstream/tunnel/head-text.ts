import { STATUS_CODES } from 'node:http'

/** A response head, to be written as latin1. */
export function headText(status: number, headers: readonly string[]): string {
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${headerLines(headers)}\r\n`
}

/** A head for the upgrade request, to be written as latin1. */
export function upgradeHead(target: string, headers: readonly string[]): string {
  return `GET ${target} HTTP/1.1\r\n${headerLines(headers)}connection: Upgrade\r\nupgrade: websocket\r\n\r\n`
}

function headerLines(headers: readonly string[]): string {
  let lines = ''
  for (let i = 0; i < headers.length; i += 2) lines += `${headers[i]}: ${headers[i + 1]}\r\n`
  return lines
}
