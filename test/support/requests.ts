import assert from 'node:assert/strict'
import type { Refusal } from '../../src/errors.ts'
import { okAnswer, type RawAnswer, type RawUpstream, sendRaw } from './raw.ts'

/** Header lines, each with its CRLF. */
export function lines(...headers: string[]): string {
  return headers.map(header => `${header}\r\n`).join('')
}

/** A request without a body that asks for the connection to be closed. */
export function plainRequest(target: string, headers = '', method = 'GET'): string {
  return `${method} ${target} HTTP/1.1\r\nhost: api.example.com\r\n${headers}connection: close\r\n\r\n`
}

/** The same on a connection that stays open. */
export function keptRequest(target: string, headers = '', method = 'GET'): string {
  return `${method} ${target} HTTP/1.1\r\nhost: api.example.com\r\n${headers}\r\n`
}

/** The example key of RFC 6455 section 1.3, and the accept value that belongs to it. */
export const webSocketKey = 'dGhlIHNhbXBsZSBub25jZQ=='
export const webSocketAccept = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='

/** A valid WebSocket handshake. */
export function upgradeRequest(target: string, headers = ''): string {
  return (
    `GET ${target} HTTP/1.1\r\nhost: api.example.com\r\nconnection: Upgrade\r\nupgrade: websocket\r\n` +
    `sec-websocket-version: 13\r\nsec-websocket-key: ${webSocketKey}\r\n${headers}\r\n`
  )
}

/** The answer that opens the WebSocket of `upgradeRequest`. */
export const upgradeAnswer =
  'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n' +
  `sec-websocket-accept: ${webSocketAccept}\r\n\r\n`

/** Both ways into the gateway, for rules that hold for either. */
export const bothWays = [
  ['a request', plainRequest],
  ['an upgrade', upgradeRequest],
] as const

/** Sends `request` and expects the gateway's own refusal and, behind it, the end of the connection. */
export async function assertRefused(
  port: number,
  request: string,
  status: number,
  code: Refusal,
): Promise<RawAnswer> {
  const answer = await sendRaw(port, request)
  const asked = JSON.stringify(request.slice(0, 200))
  assert.equal(answer.status, status, `${asked} was answered ${JSON.stringify(answer.text)}`)
  assert.equal(answer.headers.get('content-type'), 'application/problem+json', asked)
  const problem = JSON.parse(answer.body)
  assert.equal(problem.code, code, asked)
  assert.equal(problem.requestId, answer.headers.get('x-request-id'), asked)
  return answer
}

/**
 * Sends one good request, which must be all that the upstream ever saw: whatever was sent before it
 * would have arrived before it.
 */
export async function assertNothingArrived(
  port: number,
  upstream: RawUpstream,
  target = '/last',
): Promise<void> {
  const answer = await sendRaw(port, plainRequest(target))
  assert.equal(answer.text.includes(okAnswer.slice(0, 15)), true, answer.text)
  assert.equal(upstream.received().match(/HTTP\/1\.1\r\n/g)?.length, 1, upstream.received())
  assert.equal(upstream.received().startsWith(`GET ${target} HTTP/1.1\r\n`), true)
  assert.equal(upstream.connections(), 1)
}

/** The request heads in what an upstream received, in order; bodies must not hold an empty line. */
export function headsIn(received: string): string[] {
  return received.split('\r\n\r\n').filter(part => / HTTP\/1\.1\r\n/.test(part))
}

/** Values of a header in a head, by its lower-case name. */
export function valuesIn(head: string, name: string): string[] {
  return head
    .split('\r\n')
    .slice(1)
    .filter(line => line.slice(0, line.indexOf(':')).toLowerCase() === name)
    .map(line => line.slice(line.indexOf(':') + 1).trim())
}
