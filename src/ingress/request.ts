import type { ClientRequest } from './client-messages.ts'
import type { PeerCertificate } from './peer-certificate.ts'
import type { RequestTrace } from './request-trace.ts'

/** A client request after admission: canonical, within limits, its headers clean. */
export interface GatewayRequest {
  readonly raw: ClientRequest
  /** Request id, sent upstream and back as `x-request-id`. */
  readonly id: string
  readonly method: string
  readonly scheme: 'http' | 'https'
  /** Host header as sent (or from an absolute-form target), for the upstream. */
  readonly authority: string
  /** Lower-case host without port, for routing. */
  readonly host: string
  /** Canonical path; decides route, auth, limits and upstream target alike. */
  readonly path: string
  /** Query with its `?`, or empty. */
  readonly query: string
  /** Client address: the peer, or what a trusted proxy says. */
  readonly address: string
  /** Whom the peer, client or proxy, proved to be in its TLS handshake. */
  readonly certificate: PeerCertificate
  /** A WebSocket upgrade (RFC 6455). */
  readonly upgrade: boolean
  /** Declared body length in bytes; -1 for chunked; 0 for none. */
  readonly bodyLength: number
  /** The client waits for 100 (Continue) before it sends the body. */
  readonly expectsContinue: boolean
  /**
   * End-to-end request headers as the client sent them, flat name/value pairs with lower-case names,
   * without Host, framing, hop-by-hop, forwarding headers and our own.
   */
  readonly headers: readonly string[]
  /** Null where traces are not looked at: then what a client says of one is among its headers. */
  readonly trace: RequestTrace | null
  /** Headers the gateway adds for the upstream (forwarding, via, request id), same form. */
  readonly added: readonly string[]
}
