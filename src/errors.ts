/**
 * Every answer that Switchback gives in its own name, in one table: the reason word (the same in the
 * answer, the log, the metric label and the tests), the HTTP status and what the client is told.
 * Clients get the word and the request id, never an upstream's text or address.
 */
export const refusals = {
  'bad-request': { status: 400, title: 'The request is not valid HTTP.' },
  'bad-target': { status: 400, title: 'The request target is ambiguous or not canonical.' },
  'bad-host': { status: 400, title: 'The request must carry exactly one valid Host.' },
  'ambiguous-header': { status: 400, title: 'A header that decides about the request came twice.' },
  'bad-upgrade': { status: 400, title: 'The WebSocket handshake is not valid.' },
  'body-unmappable': { status: 400, title: 'The request body must be JSON that can be read.' },
  unauthenticated: { status: 401, title: 'A valid bearer token is required.' },
  'certificate-required': { status: 403, title: 'A valid client certificate is required.' },
  forbidden: { status: 403, title: 'This caller may not do this.' },
  'address-refused': { status: 403, title: 'This address may not come in here.' },
  'origin-refused': { status: 403, title: 'This Origin is not allowed here.' },
  'no-route': { status: 404, title: 'No route matches this host and path.' },
  'method-not-allowed': { status: 405, title: 'This method is not allowed here.' },
  'request-timeout': { status: 408, title: 'The request took too long to arrive.' },
  'body-too-large': { status: 413, title: 'The request body is over the limit.' },
  'target-too-long': { status: 414, title: 'The request target is over the limit.' },
  'content-type-refused': { status: 415, title: 'A body of this Content-Type is not taken here.' },
  'expectation-failed': { status: 417, title: 'Only the expectation 100-continue is supported.' },
  'rate-limited': { status: 429, title: 'The caller asks more often than is allowed.' },
  'headers-too-large': { status: 431, title: 'The request headers are over the limit.' },
  'too-many-headers': { status: 431, title: 'The request has too many header lines.' },
  'internal-error': { status: 500, title: 'The gateway failed to handle the request.' },
  'unsupported-coding': { status: 501, title: 'This transfer coding is not supported.' },
  'upstream-connect': { status: 502, title: 'The service could not be reached.' },
  'upstream-tls': { status: 502, title: 'The service could not be reached securely.' },
  'upstream-reset': { status: 502, title: 'The service broke off its answer.' },
  'upstream-protocol': { status: 502, title: 'The service gave an answer that is not valid.' },
  'upstream-mapping': { status: 502, title: 'The service and its clients could not be matched.' },
  'route-full': { status: 503, title: 'Too many requests are under way here already.' },
  overloaded: { status: 503, title: 'The gateway has more to do than it can.' },
  'upstream-busy': { status: 503, title: 'The service has no room for the request.' },
  'breaker-open': { status: 503, title: 'The service is failing and is left to recover.' },
  'identity-unavailable': { status: 503, title: 'Callers cannot be verified at the moment.' },
  'connection-outdated': { status: 503, title: 'This connection must be made anew.' },
  draining: { status: 503, title: 'The gateway is shutting down.' },
  'upstream-timeout': { status: 504, title: 'The service took too long to answer.' },
  loop: { status: 508, title: 'The request came back to the gateway it came from.' },
} as const

export type Refusal = keyof typeof refusals
