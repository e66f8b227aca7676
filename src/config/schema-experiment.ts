import { type Static, Type } from 'typebox'
import { duration, share } from './schema-shape.ts'

/** One experiment of a policy: what of users is compared between V1 and V2. Which fields go together, link-experiment.ts says. */
const strict = { additionalProperties: false }

export const ExperimentSchema = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z0-9_-]{1,64}$',
      title: 'a name of 1 to 64 letters, digits, - and _',
      description: 'Names it everywhere; no other experiment of the configuration has it.',
    }),
    of: Type.Enum(['share', 'sum', 'mean'], {
      description:
        "share: of users to whom it ever happened. sum: of each user's numbers, 0 for a user without any. mean: of each user's numbers; users without any are left out.",
    }),
    from: Type.Enum(['status', 'header', 'pushed'], {
      description:
        'Where it is seen: status: the class of the answer that the client got. header: a response header of the upstream. pushed: what is posted to the admin API for a user; for a share, any number but 0.',
    }),
    status: Type.Optional(
      Type.Enum(['2xx', '3xx', '4xx', '5xx'], { description: 'Of status: the class that counts.' }),
    ),
    header: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_-]+$',
        title: 'a name of letters, digits, - and _',
        description: 'Of header: its name.',
      }),
    ),
    value: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'Of a share from a header: the value that says that it happened.',
      }),
    ),
    most: Type.Optional(
      Type.Number({
        description:
          'A user with more than this counts as this: a few very large values would make the difference uncertain for long.',
      }),
    ),
    better: Type.Enum(['more', 'less'], {
      default: 'more',
      description: 'Which of both is better.',
    }),
    users: Type.Integer({
      default: 10_000,
      minimum: 100,
      maximum: 1_000_000,
      description: 'Users of each variant before V2 can be called as good.',
    }),
    for: duration({
      default: '7d',
      description:
        'Least time before V2 can be called as good: whole weeks have all kinds of days.',
    }),
    window: duration({
      default: '24h',
      description:
        'What a user does within this time of when it was first seen counts; then its value is final, and compared.',
    }),
    confidence: share({
      default: '95%',
      description: 'How sure a verdict is, however often one looks.',
    }),
    margin: Type.Unsafe<number | string>({
      type: ['number', 'string'],
      default: 0,
      title: 'a number, or for a share a percentage such as 0.5%',
      description:
        'By so much V2 may be worse and still be no worse; of a share in points: 0.5% is from 10 % to 9.5 %.',
    }),
    within: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'A property of the routes: users are held against those with the same value, for segments with shares of their own.',
      }),
    ),
  },
  strict,
)

export type ExperimentConfig = Static<typeof ExperimentSchema>
