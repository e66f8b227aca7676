import { type Static, Type } from 'typebox'
import { CertificateSchema } from './schema-certificate.ts'
import { wordOrObject } from './schema-shape.ts'

/** `auth` of a policy: whose tokens are believed, who of them may come in, what upstreams learn of them. */
const strict = { additionalProperties: false }

const issuer = Type.String({ minLength: 1, description: 'Required `iss`.' })

const audience = Type.String({
  minLength: 1,
  description: 'Required `aud`; a token for several audiences must name it among them.',
})

const jwks = Type.String({
  minLength: 1,
  description:
    'Address of the JSON Web Key Set (RFC 7517): https without user and query, or http on a loopback address. Fetched in the background, see `jwks` in switchback.yaml.',
})

const jwksFile = Type.String({
  minLength: 1,
  description:
    'File with the JSON Web Key Set (RFC 7517), relative to the configuration directory; in the place of `jwks`.',
})

const algorithms = Type.Array(Type.Enum(['RS256', 'PS256', 'ES256', 'EdDSA']), {
  default: ['RS256'],
  minItems: 1,
  uniqueItems: true,
  description: 'Signature algorithms that are accepted; what the token says is never believed.',
})

export const clockToleranceSeconds = Type.Integer({
  default: 5,
  minimum: 0,
  maximum: 300,
  description: 'Seconds of clock difference allowed on `exp` and `nbf`.',
})

/** One identity provider: whose tokens, for whom, and by which keys they are verified. */
export const issuerFields = {
  issuer,
  audience,
  jwks: Type.Optional(jwks),
  jwksFile: Type.Optional(jwksFile),
  algorithms,
}

const IssuerSchema = Type.Object(issuerFields, strict)

const method = Type.String({ pattern: '^[A-Z]+$', title: 'a method in capitals' })

function names(description: string) {
  return Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), { minItems: 1, uniqueItems: true, description }),
  )
}

const AllowSchema = Type.Object(
  {
    methods: Type.Optional(
      Type.Array(method, {
        minItems: 1,
        uniqueItems: true,
        description: 'Methods that the entry covers. Absent: all.',
      }),
    ),
    roles: names('The caller must have one of them. Absent: any role, or none.'),
    scopes: names('The token must have all of them. Absent: none in particular.'),
  },
  strict,
)

export const claimPath = {
  pattern: '^[^.]+(\\.[^.]+)*$',
  title: 'the name of a claim, or names with dots',
}

const ForwardSchema = Type.Object(
  {
    claims: Type.Record(
      Type.String({ pattern: "^[A-Za-z0-9!#$%&'*+^`|~-]+$" }),
      Type.String({ ...claimPath, description: 'Claim, or path of one such as `realm.tenant`.' }),
      {
        ...strict,
        default: {},
        description:
          'Request headers that tell upstreams of the caller, each with the claim that it carries: a text, number or boolean, or a list of such joined by commas. What a client sends under these names never passes. A value that no header can carry is left out.',
      },
    ),
    authorization: Type.Enum(['keep', 'drop', 'replace'], {
      default: 'keep',
      description:
        '`drop`: upstreams do not get the token, neither as header nor as cookie. `replace`: nor that, but each the `credential` of its variant in the route.',
    }),
  },
  { ...strict, default: {}, description: 'What upstreams are told of the caller.' },
)

const Jwt = Type.Object(
  {
    issuer: Type.Optional(issuer),
    audience: Type.Optional(audience),
    jwks: Type.Optional(jwks),
    jwksFile: Type.Optional(jwksFile),
    algorithms,
    issuers: Type.Optional(
      Type.Array(IssuerSchema, {
        minItems: 1,
        maxItems: 32,
        description:
          'Several identity providers, in the place of the five fields above. The `iss` of a token chooses one before anything is verified, and that one must have signed it.',
      }),
    ),
    certificate: Type.Optional(CertificateSchema),
    clockToleranceSeconds,
    requiredClaims: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      uniqueItems: true,
      description: 'Claims that a token must have beside `iss`, `aud` and `exp`.',
    }),
    cookie: Type.Optional(
      Type.String({
        pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$",
        title: 'the name of a cookie',
        description:
          'Cookie that may carry the token in the place of `Authorization`; a request with both is refused. Absent: none.',
      }),
    ),
    rolesClaim: Type.String({
      ...claimPath,
      default: 'roles',
      description:
        'Claim with the roles of the caller, a text or a list of texts; dots lead into it, as in `realm_access.roles`.',
    }),
    scopesClaim: Type.String({
      ...claimPath,
      default: 'scope',
      description:
        'Claim with the scopes of the token, a text with spaces between (RFC 8693 section 4.2) or a list of texts.',
    }),
    roles: names('Every caller must have one of them, whatever `allow` says. Absent: any.'),
    scopes: names('Every token must have all of them, whatever `allow` says. Absent: none.'),
    allow: Type.Optional(
      Type.Array(AllowSchema, {
        minItems: 1,
        description:
          'Who may do what: a caller must fulfil one entry that covers the method, else 403. A method that no entry covers is allowed to nobody. Absent: any verified caller may do anything.',
      }),
    ),
    forward: ForwardSchema,
  },
  strict,
)

export const AuthSchema = wordOrObject('public', Jwt, {
  title:
    '"public" or an object with issuer, audience and jwks or jwksFile, with issuers, or with certificate',
  description:
    '`public`, or the JWT that every request must carry as `Authorization: Bearer`, or the certificate that its connection must have shown. There is no default: a route is never open by accident.',
})

export const JwksSchema = Type.Object(
  {
    refreshSeconds: Type.Integer({
      default: 300,
      minimum: 30,
      maximum: 86400,
      description:
        'Seconds between two fetches. A token whose key is not known has the set fetched earlier, but never within 30 s of the last fetch.',
    }),
    keepStaleSeconds: Type.Integer({
      default: 86400,
      minimum: 60,
      maximum: 2592000,
      description:
        'Seconds that the last good keys are used when no further fetch succeeds; then callers get 503.',
    }),
    waitMs: Type.Integer({
      default: 1000,
      minimum: 0,
      maximum: 10000,
      description:
        'Milliseconds that requests, and the start, wait at most for a fetch under way; what is not known then counts as unknown.',
    }),
    timeoutMs: Type.Integer({
      default: 5000,
      minimum: 100,
      maximum: 30000,
      description: 'Milliseconds that a fetch may take as a whole.',
    }),
  },
  {
    ...strict,
    default: {},
    description: 'Key sets that policies name by address; each address is fetched once for all.',
  },
)

export type AuthConfig = Static<typeof AuthSchema>
export type JwtConfig = Exclude<AuthConfig, 'public'>
export type JwksConfig = Static<typeof JwksSchema>
