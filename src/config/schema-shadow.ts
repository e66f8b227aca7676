import { type Static, Type } from 'typebox'
import { duration, share } from './schema-shape.ts'

/** `shadow` of a policy: which requests are copied to the other variant, and how the answers are compared. */
const strict = { additionalProperties: false }

/** RFC 6901, where `*` as a whole token stands for any key or index. */
const pointer = {
  pattern: '^(/([^~/]|~[01])*)+$',
  title: 'a JSON pointer such as /items/*/price, where * stands for any key or index',
}

function pointers(description: string) {
  return Type.Array(Type.String(pointer), { default: [], uniqueItems: true, description })
}

const headerName = {
  pattern: '^[A-Za-z0-9!#$%&*+.^_|~-]+$',
  title: 'a header name such as content-type',
}

const parameterName = {
  pattern: '^[^&;=[\\]]+$',
  title: 'the name of a query parameter, decoded and without brackets, such as sig',
}

/** `client` sends the client's own credentials along; the object sends one of the shadow's own. */
const Credentials = Type.Unsafe<'none' | 'client' | { header: string; value: string }>({
  if: { type: 'object' },
  // biome-ignore lint/suspicious/noThenProperty: the JSON Schema keyword, never awaited
  then: Type.Object(
    {
      header: Type.String({
        default: 'authorization',
        ...headerName,
        description: 'Request header that carries it.',
      }),
      value: Type.String({
        minLength: 1,
        description: 'Its value; best taken from the environment or a file.',
      }),
    },
    strict,
  ),
  else: { enum: ['none', 'client'], title: 'none, client, or an object with header and value' },
  default: 'none',
  description:
    "What the copy carries to prove who asks: nothing, what the client sent (Authorization, Cookie, API keys), or a credential of its own. V1 asked twice always gets the client's.",
})

/** An array whose order means nothing: as a pointer, or with the key that tells its elements apart. */
const Unordered = Type.Unsafe<string | { at: string; by: string }>({
  if: { type: 'object' },
  // biome-ignore lint/suspicious/noThenProperty: the JSON Schema keyword, never awaited
  then: Type.Object(
    {
      at: Type.String({ ...pointer, description: 'The array.' }),
      by: Type.String({
        ...pointer,
        description: 'Within an element, the value that no other element has.',
      }),
    },
    strict,
  ),
  else: { type: 'string', ...pointer },
})

export const ShadowSchema = Type.Object(
  {
    share: share({
      default: '100%',
      description:
        'Share of the requests with these methods that is copied: exactly so many, evenly, which ones by chance.',
    }),
    methods: Type.Array(Type.Enum(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']), {
      default: ['GET', 'HEAD'],
      minItems: 1,
      uniqueItems: true,
      description:
        'Methods that are copied. A method that is not safe (RFC 9110 section 9.2.1) does its work twice: name it only where the other variant can bear that.',
    }),
    maxInFlight: Type.Integer({
      default: 64,
      minimum: 1,
      maximum: 10000,
      description: 'Copies under way at a time, in each worker; one more is dropped.',
    }),
    maxBodyBytes: Type.Integer({
      default: 65536,
      minimum: 0,
      maximum: 67108864,
      description:
        'Bytes of a request body that are copied, and of an answer that are compared; a longer request body is not copied, a longer answer not compared.',
    }),
    maxBytesInFlight: Type.Integer({
      default: 16777216,
      minimum: 0,
      maximum: 1073741824,
      description: 'Bytes of all bodies kept at a time, in each worker.',
    }),
    timeoutMs: Type.Integer({
      default: 5000,
      minimum: 1,
      maximum: 600000,
      description: 'Milliseconds that a copy has until its answer is whole.',
    }),
    credentials: Credentials,
    dropHeaders: Type.Array(Type.String(headerName), {
      default: [],
      uniqueItems: true,
      description:
        "Request headers that are not copied either, such as a token in a header of the service's own.",
    }),
    dropQuery: Type.Array(Type.String(parameterName), {
      default: [],
      uniqueItems: true,
      description:
        "Query parameters that are not copied either, in any case of letters, such as a signature of the service's own.",
    }),
    noise: share({
      default: '5%',
      description:
        'Share of the safe requests answered by V1 that V1 is asked a second time, to learn how it differs from itself.',
    }),
    headers: Type.Array(Type.String(headerName), {
      default: ['content-type'],
      uniqueItems: true,
      description: 'Response headers that are compared.',
    }),
    tolerance: share({
      default: '0%',
      description: "How far a number may be from V1's and still be equal, as a share of V1's.",
    }),
    toleranceAt: Type.Record(
      Type.String({ pattern: pointer.pattern }),
      share({ description: '' }),
      {
        ...strict,
        default: {},
        description: 'The same for the numbers at a pointer.',
      },
    ),
    ignore: pointers('What is not compared, with all that is below it.'),
    unordered: Type.Array(Unordered, {
      default: [],
      description:
        'Arrays whose order means nothing. Their elements are matched by `by`, or as a multiset.',
    }),
    maxDecodedBytes: Type.Integer({
      default: 1048576,
      minimum: 1,
      maximum: 67108864,
      description:
        'Bytes of an answer after its Content-Encoding is undone; a longer one is not compared.',
    }),
    maxDepth: Type.Integer({
      default: 64,
      minimum: 1,
      maximum: 1000,
      description: 'Levels of JSON; a deeper answer is not compared.',
    }),
    maxLoad: share({
      default: '70%',
      description:
        'Share of its time that the event loop of a worker may be busy; while it is busier, fewer copies are made, down to none.',
    }),
    maxCpu: share({
      default: '50%',
      description:
        'Share of one core that comparing may use in each worker; what is more is not compared.',
    }),
    mask: pointers(
      'Values that are never kept as samples, beside those that look like secrets or personal data.',
    ),
    keepFor: duration({
      default: '14d',
      description: 'Time that a difference is kept after it was last seen.',
    }),
  },
  {
    ...strict,
    description:
      'Copies requests to the variant that did not answer them, once the client is being answered, and compares the answers. Absent: none.',
  },
)

export type ShadowConfig = Static<typeof ShadowSchema>
