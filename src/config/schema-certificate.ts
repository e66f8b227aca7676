import { type Static, Type } from 'typebox'

/** `auth.certificate` of a policy: callers who prove themselves by the certificate of their connection. */
const name = Type.String({ minLength: 1 })

export const CertificateSchema = Type.Object(
  {
    id: Type.Enum(['san-uri', 'san-dns', 'cn'], {
      description:
        'Which name of the certificate is the caller: the URI (such as a SPIFFE id) or the DNS name of its subjectAltName, or the common name of its subject. There must be exactly one of the kind.',
    }),
    names: Type.Optional(
      Type.Array(name, {
        minItems: 1,
        uniqueItems: true,
        description:
          'Callers that may come in, compared as a whole. Absent: all whose certificate is by an authority of `listen.tls.clientCaFile`.',
      }),
    ),
    roles: Type.Record(name, Type.Array(name, { minItems: 1, uniqueItems: true }), {
      default: {},
      description: 'Roles of callers by name, for `roles` and `allow`.',
    }),
    demand: Type.Enum(['both', 'either'], {
      default: 'both',
      description:
        'Beside a token: `both` must be there and good, and the token says who the caller is; `either`: a token, or in its absence the certificate.',
    }),
  },
  {
    additionalProperties: false,
    description:
      'The client certificate that the connection must have shown, see `listen.tls.clientCaFile`; beside a token or in its place.',
  },
)

export type CertificateConfig = Static<typeof CertificateSchema>
