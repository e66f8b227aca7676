import { type Static, Type } from 'typebox'

/** `security` of `switchback.yaml`: from when on refusals are an event that operators hear of. */
const strict = { additionalProperties: false }

function event(what: string, perClient: number, inAll: number) {
  return Type.Object(
    {
      perClient: Type.Integer({
        default: perClient,
        minimum: 0,
        maximum: 1_000_000,
        description:
          'Refusals of one client (an IPv4 address, a /64 of IPv6) on this machine from which they are an event; 0 for off.',
      }),
      inAll: Type.Integer({
        default: inAll,
        minimum: 0,
        maximum: 10_000_000,
        description:
          'Refusals of all clients that are not an event by themselves, on this machine, from which they are one together; 0 for off, else at least `perClient`.',
      }),
      withinMs: Type.Integer({
        default: 10_000,
        minimum: 1000,
        maximum: 3_600_000,
        description: 'Milliseconds within which they are counted, in steps of a tenth.',
      }),
    },
    { ...strict, default: {}, description: what },
  )
}

export const SecuritySchema = Type.Object(
  {
    events: Type.Object(
      {
        'bad-token-flood': event(
          'Tokens that are no token, not from whom they say, or not for us; expired and missing ones do not count.',
          20,
          500,
        ),
        'revoked-token-used': event(
          'Tokens that were taken back, and are used all the same.',
          10,
          200,
        ),
        'forbidden-flood': event(
          'Callers that ask for what their roles or certificates do not let them.',
          50,
          500,
        ),
        'limit-storm': event('Requests over a rate limit.', 200, 5000),
        'address-refused': event('Requests from addresses that a policy keeps out.', 20, 500),
        'origin-refused': event('Pages and handshakes of origins that are not allowed.', 50, 500),
        'refused-framing': event(
          'Requests whose framing, Host or deciding headers are broken or ambiguous, as in request smuggling.',
          5,
          50,
        ),
        probing: event(
          'Targets that are ambiguous, that no route has, and methods that are not taken.',
          100,
          1000,
        ),
        oversized: event('Targets, headers and bodies over their limits.', 50, 500),
        'slow-clients': event('Requests and TLS handshakes that took too long.', 20, 200),
        'tls-handshake-flood': event(
          'TLS handshakes that failed by the client: what is no TLS, too old, for another name, or without a certificate that is believed.',
          50,
          500,
        ),
        'admin-refused': event(
          'Requests to the admin listener without a token that is believed, or without the role.',
          10,
          50,
        ),
      },
      { ...strict, default: {} },
    ),
  },
  { ...strict, default: {} },
)

export type SecurityConfig = Static<typeof SecuritySchema>
