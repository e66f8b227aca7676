import { type Static, Type } from 'typebox'
import { claimPath, clockToleranceSeconds, issuerFields } from './schema-auth.ts'
import { duration } from './schema-shape.ts'

/** `admin` of `switchback.yaml`: where operators ask, who they are and what each of them may do. */
const strict = { additionalProperties: false }

const AdminTls = Type.Object(
  {
    certFile: Type.String({
      description: 'PEM file with the certificate chain, relative to the configuration directory.',
    }),
    keyFile: Type.String({
      description: 'PEM file with the private key, relative to the configuration directory.',
    }),
  },
  {
    ...strict,
    description:
      'TLS 1.3 on the admin listener. A renewed certificate is served without a restart.',
  },
)

const Token = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$',
      title: 'at most 64 letters, digits and . _ @ -, the first of them a letter or digit',
      description: 'Whose token it is; stands in the audit as `who`.',
    }),
    sha256: Type.String({
      pattern: '^[0-9a-f]{64}$',
      title: 'a SHA-256 in 64 lower-case hex digits',
      description:
        'SHA-256 of the token, which `switchback token` prints. The token itself, of at least 128 random bits, stands in no file.',
    }),
    role: Type.Enum(['viewer', 'operator', 'approver'], {
      description:
        '`viewer` reads; `operator` also switches back, resumes, drills, acknowledges, revokes and pushes signals; `approver` may do all of that, and agree to stages of a rollout.',
    }),
    until: Type.Optional(
      Type.String({
        description:
          'Moment (UTC) from which on the token is refused: `2027-01-31`, which is its first moment, or `2027-01-31T18:00:00Z`. Absent: never.',
      }),
    ),
  },
  strict,
)

function names(role: string) {
  return Type.Array(Type.String({ minLength: 1 }), {
    default: [],
    uniqueItems: true,
    description: `Values of \`rolesClaim\` that make somebody ${role}.`,
  })
}

const Login = Type.Object(
  {
    clientId: Type.String({
      minLength: 1,
      description: 'What the provider calls the gateway; the `aud` of its id tokens.',
    }),
    clientSecret: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          // biome-ignore lint/suspicious/noTemplateCurlyInString: the form that operators write
          'Secret of the client; write it as ${OIDC_SECRET} or ${file:/run/secrets/oidc}. Absent for a public client, which PKCE alone protects.',
      }),
    ),
    redirectUri: Type.String({
      minLength: 1,
      description:
        'Address of `/login/callback` as browsers reach it, and as the provider knows it: https, or http on a loopback address.',
    }),
    scopes: Type.Array(
      Type.String({
        pattern: '^[\\x21\\x23-\\x5b\\x5d-\\x7e]+$',
        title: 'a scope without spaces, " and \\',
      }),
      {
        default: ['openid', 'profile'],
        uniqueItems: true,
        description: 'Scopes that are asked for, `openid` among them.',
      },
    ),
  },
  {
    ...strict,
    description:
      'Lets people log in on the page of the provider (OpenID Connect, authorization code with PKCE). Absent: a browser needs a token.',
  },
)

const Oidc = Type.Object(
  {
    ...issuerFields,
    clockToleranceSeconds,
    nameClaim: Type.String({
      ...claimPath,
      default: 'sub',
      description:
        'Claim with the name that stands in the audit as `who`: one that people cannot choose for themselves.',
    }),
    rolesClaim: Type.String({
      ...claimPath,
      default: 'roles',
      description:
        'Claim with the roles or groups of somebody, a text or a list of texts; dots lead into it, as in `realm_access.roles`.',
    }),
    roles: Type.Object(
      {
        viewer: names('a viewer'),
        operator: names('an operator'),
        approver: names('an approver'),
      },
      {
        ...strict,
        description:
          'Who may do what; the highest role counts, and whoever has none may do nothing.',
      },
    ),
    login: Type.Optional(Login),
  },
  {
    ...strict,
    description:
      'Operators who prove themselves by a JWT of an identity provider, beside `tokens`.',
  },
)

const Session = Type.Object(
  {
    idleFor: duration({
      default: '30m',
      description:
        'Time without a request after which a session ends; a page that is open asks all the time. At least 1m.',
    }),
    lastsFor: duration({
      default: '12h',
      description:
        'Time after which a session ends whatever happens. At least 1m, and no less than `idleFor`.',
    }),
  },
  {
    ...strict,
    default: {},
    description: 'How long a browser stays logged in.',
  },
)

export const AdminSchema = Type.Object(
  {
    host: Type.String({
      default: '127.0.0.1',
      minLength: 1,
      description:
        'Address of the admin listener. Any but 127.0.0.0/8, ::1 and localhost needs `tls`, and `tokens` or `oidc`.',
    }),
    port: Type.Integer({
      default: 9900,
      minimum: 0,
      maximum: 65535,
      description: 'TCP port of the admin listener; 0 takes any free one.',
    }),
    tls: Type.Optional(AdminTls),
    tokens: Type.Array(Token, {
      default: [],
      maxItems: 1000,
      description:
        'Who may ask, each with a token of their own. Without tokens and `oidc` whoever reaches the loopback address may do everything.',
    }),
    oidc: Type.Optional(Oidc),
    session: Session,
  },
  { ...strict, default: {} },
)

export type AdminConfig = Static<typeof AdminSchema>
/** What somebody may do; each role may do what those before it may. */
export type AdminRole = AdminConfig['tokens'][number]['role']
