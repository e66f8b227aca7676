import { Type } from 'typebox'

/** What one client, and all clients together, may take up of a worker. */
export const ClientLimitsSchema = Type.Object(
  {
    maxHeaderBytes: Type.Integer({
      default: 16384,
      minimum: 1024,
      maximum: 1048576,
      description: 'Bytes of request line and headers together; more is answered 431.',
    }),
    maxHeaderCount: Type.Integer({
      default: 100,
      minimum: 1,
      maximum: 10000,
      description: 'Header lines per request; more is answered 431, never cut.',
    }),
    maxUrlBytes: Type.Integer({
      default: 8192,
      minimum: 256,
      maximum: 1048576,
      description: 'Bytes of the request target; more is answered 414.',
    }),
    headersTimeoutMs: Type.Integer({
      default: 10000,
      minimum: 100,
      description: 'Milliseconds a client has to send its whole header section, else 408.',
    }),
    bodyTimeoutMs: Type.Integer({
      default: 30000,
      minimum: 100,
      description:
        'Milliseconds a client may pause between two pieces of a request body, else 408; and those in which it must end a request that has its answer already, else its connection is cut.',
    }),
    minBodyBytesPerSecond: Type.Integer({
      default: 50,
      minimum: 0,
      maximum: 1048576,
      description:
        'Bytes per second that a client must send of a request body, on the average of each bodyTimeoutMs in which the upstream takes them, else 408. 0 asks only that something comes: for clients that send little by little in one long request.',
    }),
    sendTimeoutMs: Type.Integer({
      default: 60000,
      minimum: 100,
      description:
        'Milliseconds a client may take nothing of an answer that is waiting for it; then it is cut off.',
    }),
    keepAliveTimeoutMs: Type.Integer({
      default: 65000,
      minimum: 1,
      description: 'Milliseconds an idle client connection is kept.',
    }),
    maxConnections: Type.Integer({
      default: 20000,
      minimum: 1,
      description:
        'Client connections at once in each worker; further ones are closed at accept. Over HTTP/2 there are at most as many requests at once; further ones are answered 503.',
    }),
    maxStreams: Type.Integer({
      default: 100,
      minimum: 1,
      maximum: 1000,
      description:
        'Requests at once on one connection of HTTP/2; further ones are refused, for the client to ask again. A client that takes back more than twice as many, or in the long run a fifth of them each second, is cut off.',
    }),
  },
  { additionalProperties: false, default: {} },
)
