import { Type } from 'typebox'

/** `tls` of a variant: what its https origins must prove, and what they are shown. */
export const UpstreamTlsSchema = Type.Object(
  {
    caFile: Type.Optional(
      Type.String({
        description:
          'PEM file with the certificate authorities to trust instead of the system ones.',
      }),
    ),
    serverName: Type.Optional(
      Type.String({
        description: 'Name to expect in the certificate, default the host of the origin.',
      }),
    ),
    certFile: Type.Optional(
      Type.String({
        description:
          "PEM file with the gateway's own certificate, and the rest of its chain behind it, for origins that ask for one (mTLS); with `keyFile`.",
      }),
    ),
    keyFile: Type.Optional(
      Type.String({
        description: 'PEM file with the private key of `certFile`, without passphrase.',
      }),
    ),
    minVersion: Type.Enum(['TLSv1.2', 'TLSv1.3'], {
      default: 'TLSv1.2',
      description: 'Least version of TLS that is spoken with the origins.',
    }),
  },
  { additionalProperties: false },
)
