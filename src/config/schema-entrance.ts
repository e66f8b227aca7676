import { type Static, Type } from 'typebox'

/** What a policy asks of requests before anybody knows who sends them, and what it adds to answers. */
const strict = { additionalProperties: false }

const ranges = (description: string) =>
  Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), { minItems: 1, uniqueItems: true, description }),
  )

const headerNames = (description: string) =>
  Type.Array(
    Type.String({
      pattern: '^[A-Za-z0-9-]+$',
      title: 'a header name of letters, digits and hyphens',
    }),
    { default: [], uniqueItems: true, description },
  )

export const AddressesSchema = Type.Object(
  {
    allow: ranges(
      'IP addresses and CIDR ranges that may come in, all others are answered 403. Absent: all.',
    ),
    deny: ranges('IP addresses and CIDR ranges that may not, also where `allow` names them.'),
  },
  {
    ...strict,
    minProperties: 1,
    title: 'given at least one of allow and deny',
    description:
      'Who may come in by client address, the one that `trustedProxies` settles; also for WebSockets.',
  },
)

export const ContentTypesSchema = Type.Array(
  Type.String({
    pattern: '^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*/(\\*|[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*)$',
    title: 'a media type such as application/json, or multipart/*',
  }),
  {
    minItems: 1,
    uniqueItems: true,
    description:
      'Media types that a request body may have, without parameters; others, and none, are answered 415. Absent: any.',
  },
)

export const CorsSchema = Type.Object(
  {
    origins: Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      uniqueItems: true,
      description:
        'Origins whose pages may read answers: `https://app.example.com`, `https://*.example.com` for every host below it, or `*` alone for all. Never `null`.',
    }),
    methods: Type.Array(Type.String({ pattern: '^[A-Z]+$', title: 'a method in capitals' }), {
      default: ['GET', 'HEAD', 'POST'],
      minItems: 1,
      uniqueItems: true,
      description: 'Methods that pages may use.',
    }),
    headers: headerNames('Request headers that pages may set beside those that all may.'),
    exposeHeaders: headerNames('Answer headers that pages may read beside those that all may.'),
    credentials: Type.Boolean({
      default: false,
      description: 'Whether pages may send cookies and client certificates.',
    }),
    maxAgeSeconds: Type.Integer({
      default: 600,
      minimum: 0,
      maximum: 86_400,
      description: 'Seconds for which a browser need not ask again.',
    }),
  },
  {
    ...strict,
    description:
      'Pages of other origins that may call (Fetch standard, CORS). The gateway answers preflights, and what upstreams say about it is dropped. Absent: it is the upstreams’ matter.',
  },
)

const Hsts = Type.Object(
  {
    maxAgeSeconds: Type.Integer({
      minimum: 0,
      description: 'Seconds for which a browser uses HTTPS only; 0 makes it forget.',
    }),
    includeSubDomains: Type.Boolean({
      default: false,
      description: 'For all hosts below this one too.',
    }),
    preload: Type.Boolean({
      default: false,
      description: 'Browsers may ship it; hard to take back.',
    }),
  },
  {
    ...strict,
    description: '`Strict-Transport-Security` (RFC 6797), on answers to requests over TLS.',
  },
)

const headerText = (description: string) =>
  Type.Optional(
    Type.String({
      pattern: '^[!-~]([ -~]*[!-~])?$',
      title: 'printable ASCII on one line, without space around it',
      description,
    }),
  )

export const SecurityHeadersSchema = Type.Object(
  {
    hsts: Type.Optional(Hsts),
    contentTypeOptions: Type.Optional(
      Type.Enum(['nosniff'], { description: '`X-Content-Type-Options`.' }),
    ),
    frameOptions: Type.Optional(
      Type.Enum(['DENY', 'SAMEORIGIN'], { description: '`X-Frame-Options` (RFC 7034).' }),
    ),
    referrerPolicy: Type.Optional(
      Type.Enum(
        [
          'no-referrer',
          'no-referrer-when-downgrade',
          'origin',
          'origin-when-cross-origin',
          'same-origin',
          'strict-origin',
          'strict-origin-when-cross-origin',
          'unsafe-url',
        ],
        { description: '`Referrer-Policy`.' },
      ),
    ),
    contentSecurityPolicy: headerText('`Content-Security-Policy`.'),
    permissionsPolicy: headerText('`Permissions-Policy`.'),
    crossOriginOpenerPolicy: Type.Optional(
      Type.Enum(
        ['same-origin', 'same-origin-allow-popups', 'noopener-allow-popups', 'unsafe-none'],
        { description: '`Cross-Origin-Opener-Policy`.' },
      ),
    ),
    crossOriginResourcePolicy: Type.Optional(
      Type.Enum(['same-origin', 'same-site', 'cross-origin'], {
        description: '`Cross-Origin-Resource-Policy`.',
      }),
    ),
  },
  {
    ...strict,
    minProperties: 1,
    title: 'given at least one header',
    description:
      'Headers that answers get where the upstream did not set them; refusals get them too.',
  },
)

export type AddressesConfig = Static<typeof AddressesSchema>
export type CorsConfig = Static<typeof CorsSchema>
export type SecurityHeadersConfig = Static<typeof SecurityHeadersSchema>
export type HstsConfig = Static<typeof Hsts>
