import { request as plainRequest } from 'node:http'
import { type RequestOptions, request as tlsRequest } from 'node:https'
import type { DetailedPeerCertificate, PeerCertificate } from 'node:tls'
import type { Way } from './reach-gateway.ts'

export interface Sent {
  readonly status: number
  readonly text: string
}

/** Sends one request and reads the whole answer; with a body it is a POST. Rejects where none comes before `signal`. */
export function sendRequest(
  { trusted, pinned, token }: Way,
  url: URL,
  body: string | undefined,
  signal: AbortSignal,
): Promise<Sent> {
  const options: RequestOptions = {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    agent: false,
    signal,
    ...(trusted === null ? {} : { ca: trusted }),
    ...(pinned === null ? {} : { checkServerIdentity: (_, shown) => identityFault(shown) }),
    // A chain without its root is trusted as far as it goes.
    ...(pinned === null ? {} : { allowPartialTrustChain: true }),
  }

  function identityFault(shown: PeerCertificate): Error | undefined {
    const isIt = pinned?.raw.equals((shown as DetailedPeerCertificate).raw)
    return isIt ? undefined : new Error('another certificate than admin.tls.certFile')
  }

  return new Promise((resolve, reject) => {
    const asking = (url.protocol === 'https:' ? tlsRequest : plainRequest)(url, options)
    asking.on('error', reject)
    asking.on('response', answer => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (piece: string) => {
        text += piece
      })
      answer.on('error', reject)
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
    })
    asking.end(body)
  })
}
