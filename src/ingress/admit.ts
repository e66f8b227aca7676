import type { IncomingHttpHeaders } from 'node:http'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { ProcessConfig } from '../config/schema-process.ts'
import type { Refusal } from '../errors.ts'
import type { ClientRequest } from './client-messages.ts'
import { createHeaderKinds } from './header-kinds.ts'
import { hostOf } from './host.ts'
import { StreamRequest } from './http2/stream-request.ts'
import { type PeerCertificate, peerCertificate, type ReadAltNames } from './peer-certificate.ts'
import { clientAddress, createPeers, plainAddress } from './peers.ts'
import type { GatewayRequest } from './request.ts'
import type { BeginTrace } from './request-trace.ts'
import { sortHeaders } from './sort-headers.ts'
import { parseTarget } from './target.ts'
import { wentThrough } from './via.ts'

export type Admission =
  | { readonly ok: true; readonly request: GatewayRequest }
  | { readonly ok: false; readonly refusal: Refusal; readonly id: string }

export interface AdmissionRules {
  readonly process: Pick<ProcessConfig, 'name' | 'limits' | 'trustedProxies'>
  /** Lower-case names of the headers that routes read about the caller. */
  readonly namedHeaders: Iterable<string>
  readonly altNames: ReadAltNames
  /** Makes a request id that no other request has. */
  readonly newId: () => string
  /** Null where traces are not looked at. */
  readonly beginTrace: BeginTrace | null
}

const requestId = /^[A-Za-z0-9._-]{1,128}$/
const webSocketKey = /^[A-Za-z0-9+/]{21}[AQgw]==$/

/** What is known of a connection and stays the same for all of its requests. */
interface Peer {
  readonly address: string
  readonly trusted: boolean
  readonly scheme: 'http' | 'https'
  readonly certificate: PeerCertificate
}

/**
 * Makes the first decision of all: a raw request becomes a canonical one with clean headers, or is
 * refused. Nothing is repaired. `handshake` are the headers by name of a client that asks for a
 * WebSocket, which it does over HTTP/1.1 only; null for any other request.
 */
export function createAdmission(rules: AdmissionRules) {
  const { beginTrace } = rules
  const { limits, name } = rules.process
  const peers = createPeers(rules.process.trustedProxies)
  const kindOf = createHeaderKinds(rules.namedHeaders, beginTrace !== null)
  const connections = new WeakMap<Socket, Peer>()
  const ownVia = `1.1 ${name}`
  const ownVia2 = `2.0 ${name}`

  function peerOf(socket: Socket): Peer {
    const known = connections.get(socket)
    if (known !== undefined) return known
    const address = plainAddress(socket.remoteAddress)
    const scheme = (socket as Partial<TLSSocket>).encrypted ? 'https' : 'http'
    const certificate = peerCertificate(socket, rules.altNames)
    const peer: Peer = { address, trusted: peers.isTrusted(address), scheme, certificate }
    connections.set(socket, peer)
    return peer
  }

  return function admit(raw: ClientRequest, handshake: IncomingHttpHeaders | null): Admission {
    const peer = peerOf(raw.socket)
    const sorted = sortHeaders(raw.rawHeaders, kindOf, peer.trusted)
    const id =
      peer.trusted && sorted.requestId !== null && requestId.test(sorted.requestId)
        ? sorted.requestId
        : rules.newId()
    const refuse = (refusal: Refusal): Admission => ({ ok: false, refusal, id })

    // Node's parser knows more versions than there are on this wire, and 1.0 knows no transfer codings
    // (RFC 9112 section 6.1).
    const { httpVersion } = raw
    const older = httpVersion === '1.0'
    if (!older && httpVersion !== '1.1' && !(raw instanceof StreamRequest)) {
      return refuse('bad-request')
    }
    if (older && sorted.transferEncoding !== null) return refuse('bad-request')
    if (raw.rawHeaders.length > limits.maxHeaderCount * 2) return refuse('too-many-headers')
    const rawTarget = raw.url as string
    if (rawTarget.length > limits.maxUrlBytes) return refuse('target-too-long')
    const method = raw.method as string
    if (method === 'TRACE' || method === 'CONNECT') return refuse('method-not-allowed')
    const target = parseTarget(rawTarget)
    if (target === null) return refuse('bad-target')
    const authority = sorted.hosts === 1 ? sorted.host : ''
    const host = hostOf(authority)
    if (host === null) return refuse('bad-host')
    if (target.authority !== null && target.authority.toLowerCase() !== authority.toLowerCase()) {
      return refuse('bad-host')
    }
    if (sorted.via !== null && wentThrough(sorted.via, name)) return refuse('loop')
    if (sorted.transferEncoding !== null && sorted.transferEncoding.toLowerCase() !== 'chunked') {
      return refuse('unsupported-coding')
    }
    const bodyLength = sorted.transferEncoding !== null ? -1 : Number(sorted.contentLength ?? 0)
    if (!Number.isSafeInteger(bodyLength)) return refuse('bad-request')
    if (sorted.expect !== null && sorted.expect.toLowerCase() !== '100-continue') {
      return refuse('expectation-failed')
    }
    if (handshake !== null && !isHandshake(raw, handshake, bodyLength)) {
      return refuse('bad-upgrade')
    }

    const scheme = schemeOf(peer, sorted.forwardedProto)
    const chain = sorted.forwardedFor
    const via = httpVersion === '2.0' ? ownVia2 : ownVia
    const request: GatewayRequest = {
      raw,
      id,
      method,
      scheme,
      authority,
      host,
      path: target.path,
      query: target.query,
      address: chain === null ? peer.address : clientAddress(peer.address, chain, peers),
      certificate: peer.certificate,
      upgrade: handshake !== null,
      bodyLength,
      // An older client knows no interim answer, RFC 9110 section 10.1.1.
      expectsContinue: sorted.expect !== null && !older,
      headers: sorted.headers,
      trace: beginTrace === null ? null : beginTrace(sorted.trace, peer.trusted),
      added: [
        'x-forwarded-for',
        chain === null ? peer.address : `${chain}, ${peer.address}`,
        'x-forwarded-proto',
        scheme,
        'x-forwarded-host',
        sorted.forwardedHost ?? authority,
        'x-request-id',
        id,
        'via',
        sorted.via === null ? via : `${sorted.via}, ${via}`,
      ],
    }
    return { ok: true, request }
  }
}

function schemeOf(peer: Peer, forwardedProto: string | null): 'http' | 'https' {
  return forwardedProto === 'http' || forwardedProto === 'https' ? forwardedProto : peer.scheme
}

/** RFC 6455 section 4.2.1; a body on a handshake is somebody's smuggling. */
function isHandshake(
  { method, httpVersion }: ClientRequest,
  headers: IncomingHttpHeaders,
  bodyLength: number,
): boolean {
  return (
    method === 'GET' &&
    httpVersion === '1.1' &&
    bodyLength === 0 &&
    headers['sec-websocket-version'] === '13' &&
    webSocketKey.test(headers['sec-websocket-key'] ?? '')
  )
}
