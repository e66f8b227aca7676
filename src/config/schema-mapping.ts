import { type Static, Type } from 'typebox'

/**
 * `mapping` of an upstream: how the clients' language becomes the upstream's, and its answer theirs.
 * Clients' language is what the route speaks; an upstream without a mapping speaks it too.
 */
const strict = { additionalProperties: false }

const headerName = '^[A-Za-z0-9!#$%&*+.^_|~-]+$'

function expression(description: string) {
  return Type.Optional(Type.String({ minLength: 1, description }))
}

const Headers = Type.Object(
  {
    set: Type.Record(
      Type.String({ pattern: headerName }),
      Type.String({ pattern: '^[\\t -~]*$', title: 'printable ASCII' }),
      { ...strict, default: {}, description: 'Headers to send, in the place of those there are.' },
    ),
    remove: Type.Array(Type.String({ pattern: headerName, title: 'a header name' }), {
      default: [],
      uniqueItems: true,
      description: 'Headers to leave out.',
    }),
    rename: Type.Record(
      Type.String({ pattern: headerName }),
      Type.String({ pattern: headerName, title: 'a header name' }),
      { ...strict, default: {}, description: 'Headers to send under another name.' },
    ),
  },
  { ...strict, default: {} },
)

const Path = Type.Object(
  {
    from: Type.String({
      pattern: '^/',
      title: 'a path that begins with /',
      description: 'Path prefix on whole segments, as clients ask for it.',
    }),
    to: Type.String({
      pattern: '^/',
      title: 'a path that begins with /',
      description: 'What stands in its place for the upstream.',
    }),
  },
  strict,
)

export const MappingSchema = Type.Object(
  {
    paths: Type.Array(Path, {
      default: [],
      description:
        'Rewrites of the path, the first that matches; the rest of the path stays. Location and Content-Location go the way back.',
    }),
    query: Type.Record(Type.String({ minLength: 1 }), Type.String({ minLength: 1 }), {
      ...strict,
      default: {},
      description: 'Query parameters to send under another name.',
    }),
    request: Type.Object(
      {
        headers: Headers,
        body: expression(
          "JSONata expression over the client's JSON body; its result is sent. `$method`, `$path` and `$query` are what the client asked for.",
        ),
      },
      { ...strict, default: {} },
    ),
    response: Type.Object(
      {
        headers: Headers,
        body: expression(
          "JSONata expression over the upstream's JSON body of a 2xx answer; its result is the client's. `$status` is there beside `$method`, `$path` and `$query`.",
        ),
        errorBody: expression('The same for answers from 400 on. Absent: they pass as they are.'),
      },
      { ...strict, default: {} },
    ),
    maxBodyBytes: Type.Integer({
      default: 1048576,
      minimum: 1,
      maximum: 67108864,
      description:
        'Bytes of a body that is mapped, also after its Content-Encoding is undone, and once mapped; a longer one fails the request.',
    }),
    timeoutMs: Type.Integer({
      default: 1000,
      minimum: 1,
      maximum: 60000,
      description:
        'Milliseconds that mapping one body may take, waiting included; an expression that has run for half of them is stopped.',
    }),
  },
  {
    ...strict,
    description:
      'Lets an upstream that speaks otherwise serve the clients of this route, and be compared. Absent: everything passes as it is.',
  },
)

export type MappingConfig = Static<typeof MappingSchema>
