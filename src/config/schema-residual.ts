import { Type } from 'typebox'

/** `residual` of `switchback.yaml`: what is counted of those who still get V1. */
const strict = { additionalProperties: false }

/** One way to name the program that asks. */
export type ClientNameConfig = 'user-agent' | 'certificate' | { header: string } | { claim: string }

const ClientName = Type.Unsafe<ClientNameConfig>({
  if: { type: 'object' },
  // biome-ignore lint/suspicious/noThenProperty: the JSON Schema keyword, never awaited
  then: Type.Object(
    {
      header: Type.Optional(
        Type.String({
          pattern: '^[A-Za-z0-9-]+$',
          title: 'a header name of letters, digits and hyphens',
          description: 'Request header that names the client.',
        }),
      ),
      claim: Type.Optional(
        Type.String({
          minLength: 1,
          description: 'Claim of the verified JWT that names the client.',
        }),
      ),
    },
    {
      ...strict,
      minProperties: 1,
      maxProperties: 1,
      title: 'exactly one of header and claim',
    },
  ),
  else: {
    enum: ['user-agent', 'certificate'],
    title: 'user-agent, certificate, or an object with header or claim',
  },
})

export const ResidualSchema = Type.Object(
  {
    days: Type.Integer({
      default: 90,
      minimum: 0,
      maximum: 90,
      description: 'Days (UTC) that the counts of one day are kept; 0 for not counting.',
    }),
    clientName: Type.Array(ClientName, {
      default: [{ claim: 'azp' }, { claim: 'client_id' }, 'certificate', 'user-agent'],
      maxItems: 8,
      description:
        'What names the program that asks, the first that is there: a claim, a header, the name in a client certificate, or product and major version of the User-Agent (RFC 9110 section 10.1.5).',
    }),
    segment: Type.String({
      default: 'segment',
      minLength: 1,
      description: 'Property of routes that says which segment a caller belongs to.',
    }),
  },
  { ...strict, default: {} },
)
