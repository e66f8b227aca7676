import type { Refusal } from '../src/errors.ts'

/** What a person wants to know of a refusal beyond its row in src/errors.ts. */
export interface RefusalNote {
  /** What led to it. */
  readonly when: string
  /** For whoever sent the request. */
  readonly client: string
  /** For whoever runs the gateway; the word stands in the access log and in the metrics. */
  readonly operator: string
}

const sameAgain = 'Correct the request; the same again is refused again.'
const soon = 'Ask again after `Retry-After`, or in a second.'

export const refusalNotes: Readonly<Record<Refusal, RefusalNote>> = {
  'bad-request': {
    when: 'Framing or header lines that RFC 9112 calls invalid, or a version that is not spoken.',
    client: sameAgain,
    operator: 'Look at the client, or at a proxy before it; many of them are a security event.',
  },
  'bad-target': {
    when: 'A path that two readers could read differently: dot segments, `//`, encoded slashes, doubly encoded escapes.',
    client: 'Send the canonical path.',
    operator: 'See docs/protocol.md for what is refused; there is no switch for it.',
  },
  'bad-host': {
    when: 'No Host, several, or one that is no host; an absolute target for another one.',
    client: sameAgain,
    operator: 'Look at the client, or at a proxy before it.',
  },
  'ambiguous-header': {
    when: 'A header that decides who the caller is came more than once, or a token came as header and cookie.',
    client: 'Send it once.',
    operator: 'Look for a proxy that adds what the client sends already.',
  },
  'bad-upgrade': {
    when: 'A WebSocket handshake without what RFC 6455 asks for.',
    client: sameAgain,
    operator: 'Look for a proxy before the gateway that does not pass `Upgrade` on.',
  },
  'body-unmappable': {
    when: 'The route maps bodies, and this one is no JSON that can be read, or too large for it.',
    client: 'Send JSON as its Content-Type says.',
    operator:
      'See docs/mapping.md; a route whose clients send other bodies needs no mapping of them.',
  },
  unauthenticated: {
    when: 'No token, or none that is good; `WWW-Authenticate` says which of the two.',
    client: 'Get a new token, then ask again.',
    operator: 'The reason is `detail` in the access log, see docs/identity.md.',
  },
  'certificate-required': {
    when: 'The connection showed no client certificate that is valid.',
    client: 'Connect with the certificate.',
    operator: 'The reason is `detail` in the access log: missing, refused, expired or revoked.',
  },
  forbidden: {
    when: 'The caller is known, and its role, scope or name is not enough.',
    client: 'Ask for the right; the same again is refused again.',
    operator: 'See `auth.allow`, `roles` and `scopes` of the policy.',
  },
  'address-refused': {
    when: 'The client address is not in `addresses` of the policy.',
    client: 'Come from an address that may.',
    operator: 'Behind a load balancer see whether it is in `trustedProxies`.',
  },
  'origin-refused': {
    when: 'A page of another origin asked, which the policy does not list.',
    client: 'Ask from a page that may.',
    operator: 'Add the origin to `cors.origins` or `origins` of the policy where it is meant.',
  },
  'no-route': {
    when: 'No route has this host and path.',
    client: 'Correct the address.',
    operator: '`switchback explain` and `/config` say which routes are in force.',
  },
  'method-not-allowed': {
    when: 'The path has routes, and none for this method; also `CONNECT` and `TRACE`.',
    client: 'Use one of `Allow`.',
    operator: 'Add it to `match.methods` where it is meant.',
  },
  'request-timeout': {
    when: 'The head was not whole within `limits.headersTimeoutMs`, or the body came too slowly.',
    client: 'Ask again.',
    operator: 'Slow networks: raise the limits. Many at once are a security event.',
  },
  'body-too-large': {
    when: 'The body is over `maxBodyBytes` of the policy.',
    client: 'Send less.',
    operator: 'Raise `maxBodyBytes` where it is meant.',
  },
  'target-too-long': {
    when: 'The target is over `limits.maxUrlBytes`.',
    client: 'Send a shorter query, or a body.',
    operator: 'Raise `limits.maxUrlBytes` where it is meant.',
  },
  'content-type-refused': {
    when: 'The body is of a type that `contentTypes` of the policy does not list.',
    client: 'Send another type.',
    operator: 'Add the type where it is meant.',
  },
  'expectation-failed': {
    when: '`Expect` names anything but `100-continue`.',
    client: 'Leave it out.',
    operator: 'Nothing.',
  },
  'rate-limited': {
    when: 'The caller is over one of `rateLimit` of the policy.',
    client: 'Ask again after `Retry-After`.',
    operator: '`detail` in the access log names the limit, see docs/rate-limits.md.',
  },
  'headers-too-large': {
    when: 'The head is over `limits.maxHeaderBytes`.',
    client: 'Send less, such as fewer cookies.',
    operator: 'Raise `limits.maxHeaderBytes` where it is meant; upstreams must take it too.',
  },
  'too-many-headers': {
    when: 'More header lines than `limits.maxHeaderCount`.',
    client: 'Send fewer.',
    operator: 'Raise `limits.maxHeaderCount` where it is meant.',
  },
  'internal-error': {
    when: 'A mistake in the gateway.',
    client: 'Ask again if that does no harm.',
    operator: 'The log has the cause at level error: please report it.',
  },
  'unsupported-coding': {
    when: 'A transfer coding other than `chunked`.',
    client: 'Send the body `chunked`, or with its length.',
    operator: 'Nothing.',
  },
  'upstream-connect': {
    when: 'No connection to the variant came about.',
    client: soon,
    operator: '`switchback doctor` asks each origin; `switchback status` says how they are.',
  },
  'upstream-tls': {
    when: 'TLS with the variant failed, and nothing was sent.',
    client: soon,
    operator:
      '`switchback doctor` says why; the metric has it as `trouble`, see docs/upstream-tls.md.',
  },
  'upstream-reset': {
    when: 'The variant ended the connection before its answer was begun.',
    client: 'Ask again if that does no harm.',
    operator: 'Look at the log of the variant at that time; `x-request-id` is the same in both.',
  },
  'upstream-protocol': {
    when: 'The variant answered something that is no valid HTTP, or a head that is too large.',
    client: 'Tell who runs it.',
    operator: 'Look at what it answers; `upstream.maxHeaderBytes` bounds the head.',
  },
  'upstream-mapping': {
    when: 'An expression of the mapping failed, or took too long.',
    client: 'Tell who runs it.',
    operator: 'The log names mapping and fault, see docs/mapping.md.',
  },
  'route-full': {
    when: 'As many requests are under way as `maxInFlight` or `maxWebSockets` of the policy allow.',
    client: soon,
    operator: 'See docs/overload.md: raise it only if the upstream can do more.',
  },
  overloaded: {
    when: 'The event loop is late, and a share of the requests is refused.',
    client: soon,
    operator: 'Add processors, workers or machines, see docs/overload.md.',
  },
  'upstream-busy': {
    when: 'All `upstream.maxConnections` to the origins of the variant are in use.',
    client: soon,
    operator:
      'The variant is slower than its traffic: see its own figures before raising the limit.',
  },
  'breaker-open': {
    when: 'The breakers of all origins of V1 are open.',
    client: 'Ask again after `Retry-After`.',
    operator: 'V1 fails: `switchback status` says by how much. The breaker probes by itself.',
  },
  'identity-unavailable': {
    when: 'There are no keys of the identity provider, and none that are recent enough.',
    client: 'Keep the token, and ask again after `Retry-After`.',
    operator: '`switchback doctor` fetches the keys and says what is wrong; see docs/identity.md.',
  },
  'connection-outdated': {
    when: 'A WebSocket was asked for on a connection from before the belief in client certificates changed.',
    client: 'Connect anew, and ask again.',
    operator: 'Nothing: it passes by itself, see docs/tls.md.',
  },
  draining: {
    when: 'The gateway leaves, and takes in nothing new.',
    client: 'Ask again: another one, or the next, answers.',
    operator: 'Raise `drain.delayMs` if load balancers look away too late.',
  },
  'upstream-timeout': {
    when: 'The variant did not begin its answer within `timeouts` of the policy.',
    client: 'Ask again if that does no harm.',
    operator: 'Look at the figures of the variant, then at `timeouts`.',
  },
  loop: {
    when: 'The request has been here before: `Via` has the name of this gateway.',
    client: 'Tell who runs it.',
    operator: 'An upstream points back here, or two gateways of a chain have the same `name`.',
  },
}
