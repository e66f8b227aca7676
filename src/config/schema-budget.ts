import { Type } from 'typebox'
import { duration } from './schema-shape.ts'

/** One budget of a policy: a signal and what of it is allowed. Which fields go together, link-budget.ts says. */
const strict = { additionalProperties: false }

const limit = {
  pattern: '^([1-9][0-9]*(ms|s)|[1-9][0-9]*(\\.[0-9]+)?x v1)$',
  title: 'a time such as 150ms, or a multiple of V1 such as 1.2x v1',
}

function quantile(name: string) {
  return Type.Optional(
    Type.String({
      ...limit,
      description: `Most that the ${name} of the time to V2's answer may be.`,
    }),
  )
}

export const BudgetSchema = Type.Object(
  {
    signal: Type.Enum(
      ['errors', 'latency', 'availability', 'header', 'json', 'pushed', 'mismatch'],
      {
        description:
          "errors: 5xx and faults. latency: time to the response head. availability: whether V2 could be asked and answered at all. header, json: a number in the answer. pushed: numbers posted to the admin API. mismatch: answers of V2 that differ from V1's, noise left out.",
      },
    ),
    max: Type.Optional(
      Type.String({
        pattern: '^((100|[0-9]{1,2}(\\.[0-9]+)?)%|[1-9][0-9]*(\\.[0-9]+)?x v1)$',
        title: 'a percentage such as 1%, or a multiple of V1 such as 1.5x v1',
        description: 'Largest share of bad answers: of errors, or of values outside min and most.',
      }),
    ),
    p50: quantile('median'),
    p90: quantile('90th percentile'),
    p95: quantile('95th percentile'),
    p99: quantile('99th percentile'),
    min: Type.Optional(
      Type.Unsafe<number | string>({
        type: ['number', 'string'],
        title: 'a number, or for availability a percentage such as 99%',
        description: 'Smallest good value; of availability the share that must be available.',
      }),
    ),
    most: Type.Optional(Type.Number({ description: 'Largest good value.' })),
    name: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_-]+$',
        title: 'a name of letters, digits, - and _',
        description: 'Response header of a header budget, or name of a pushed number.',
      }),
    ),
    pointer: Type.Optional(
      Type.String({
        pattern: '^(/([^~/]|~[01])*)+$',
        title: 'a JSON pointer such as /accuracy',
        description: 'Where the number of a json budget stands (RFC 6901).',
      }),
    ),
    per: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          '`endpoint` (method and path, ids left out) or the name of a property of the route: each value has the budget for itself.',
      }),
    ),
    for: Type.Optional(
      duration({
        description:
          'Judge by a sliding window of this length in the place of the sequential detector: slower, but as monitoring rules are written.',
      }),
    ),
    minRequests: Type.Integer({
      default: 100,
      minimum: 1,
      description: 'Answers before a budget can pass, and before a window can breach.',
    }),
    certainty: Type.Number({
      default: 1e6,
      minimum: 100,
      maximum: 1e12,
      description: 'Mean number of answers to one false alarm of a V2 that is exactly on budget.',
    }),
    dryRun: Type.Boolean({ default: false, description: 'Report a breach but do not act on it.' }),
  },
  strict,
)
