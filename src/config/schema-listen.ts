import { type Static, Type } from 'typebox'

/** `listen` of `switchback.yaml`: where clients come in, and how the gateway and they prove who they are. */
const strict = { additionalProperties: false }

const certFile = {
  minLength: 1,
  description:
    'PEM file with the certificate and those between it and its authority, relative to the configuration directory. Read anew when it changes on disk.',
}

const keyFile = {
  minLength: 1,
  description: 'PEM file with the private key of `certFile`, without a passphrase.',
}

const CertificateSchema = Type.Object(
  {
    certFile: Type.String(certFile),
    keyFile: Type.String(keyFile),
    names: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        uniqueItems: true,
        description:
          'Host names that it is shown for (SNI, RFC 6066 section 3), in lower case; `*.example.com` is every name of one label more. Absent: the DNS names that stand in it.',
      }),
    ),
  },
  strict,
)

const TlsSchema = Type.Object(
  {
    certFile: Type.Optional(Type.String(certFile)),
    keyFile: Type.Optional(Type.String(keyFile)),
    certificates: Type.Optional(
      Type.Array(CertificateSchema, {
        minItems: 1,
        maxItems: 256,
        description:
          'Several certificates, in the place of the two fields above. A client is shown the first that has the name it asks for.',
      }),
    ),
    unknownNames: Type.Enum(['first', 'refuse'], {
      default: 'first',
      description:
        'For clients that ask for another name, or for none: the first certificate, or no connection.',
    }),
    minVersion: Type.Enum(['TLSv1.3', 'TLSv1.2'], {
      default: 'TLSv1.3',
      description:
        'Oldest version of TLS that is spoken. 1.2 comes with forward secrecy and authenticated encryption only, and without renegotiation.',
    }),
    clientCaFile: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'PEM file with the authorities whose client certificates are believed. Absent: clients are asked for none.',
      }),
    ),
    clientCrlFile: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'PEM file with the revocation lists of those authorities, one of each (RFC 5280 section 5). Absent: nothing is looked up.',
      }),
    ),
    clientCertificates: Type.Enum(['require', 'request'], {
      default: 'require',
      description:
        '`require`: no valid client certificate, no connection. `request`: policies say by `auth.certificate` who must have one.',
    }),
    warnBeforeDays: Type.Integer({
      default: 14,
      minimum: 0,
      maximum: 365,
      description:
        'Days before the end of a certificate from which on log and status warn of it; 0 warns of expired ones only.',
    }),
  },
  strict,
)

export const ListenSchema = Type.Object(
  {
    host: Type.String({
      default: '0.0.0.0',
      description: 'Address that client traffic arrives on.',
    }),
    port: Type.Integer({
      default: 8080,
      minimum: 0,
      maximum: 65535,
      description: 'TCP port for client traffic; 0 takes any free one.',
    }),
    tls: Type.Optional(TlsSchema),
    http2: Type.Boolean({
      default: true,
      description:
        'With `tls`: clients that ask for HTTP/2 (ALPN, RFC 7301) get it; all others and WebSockets get HTTP/1.1. There is no HTTP/2 without `tls`.',
    }),
  },
  { ...strict, default: {} },
)

export type ListenTlsConfig = Static<typeof TlsSchema>
