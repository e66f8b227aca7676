import { Type } from 'typebox'

/** What a route and a process can bear. Beyond it requests are refused at once, which costs least. */

/** Of a policy. Each route and each worker has places of its own. */
export const placesFields = {
  maxInFlight: Type.Integer({
    default: 0,
    minimum: 0,
    description:
      'Requests of each route under way at once in each worker, from their admission to the last byte of the answer, retries and fallback included; one more is answered 503. 0 is unlimited. WebSockets do not count.',
  }),
  maxWebSockets: Type.Integer({
    default: 0,
    minimum: 0,
    description:
      'WebSockets of each route open or opening at once in each worker; one more is answered 503. 0 is unlimited.',
  }),
  priority: Type.Enum(['low', 'normal', 'high'], {
    default: 'normal',
    description:
      'Whose requests are refused first while the event loop is late: all `low` ones before any `normal` one, and those before any `high` one.',
  }),
}

/** Of `switchback.yaml`. */
export const SheddingSchema = Type.Object(
  {
    maxEventLoopLagMs: Type.Integer({
      default: 0,
      minimum: 0,
      maximum: 10000,
      description:
        'Milliseconds that the event loop of a worker may stay late; above, a growing share of its requests is answered 503, by `priority`. 0 for off, else at least 20.',
    }),
  },
  { additionalProperties: false, default: {} },
)
