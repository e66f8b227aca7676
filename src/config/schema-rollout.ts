import { type Static, Type } from 'typebox'
import { duration } from './schema-shape.ts'

/** `rollout` of a policy: the stages on the way of V2 from no caller to all. */
const strict = { additionalProperties: false }

/** Whose word it takes to go on; the closed list of `approve`. */
export const approvals = ['automatic', 'one-person', 'two-persons'] as const

function approve(options: { readonly default?: string; readonly description: string }) {
  return Type.Enum([...approvals], options)
}

const share = Type.Integer({ minimum: 1, maximum: 100 })

const Stage = Type.Object(
  {
    percent: Type.Unsafe<number | Record<string, number>>({
      if: { type: 'object' },
      // biome-ignore lint/suspicious/noThenProperty: the JSON Schema keyword, never awaited
      then: Type.Record(Type.String({ pattern: '^.+$' }), share, {
        ...strict,
        minProperties: 1,
        maxProperties: 64,
        title: 'a percent for each of 1 to 64 strategies',
      }),
      else: share,
      description:
        'Share of the callers that get V2 in this stage, as the flag is to say. Or one for each of several strategies by its title, such as one for each segment: `{ testers: 100, enterprise: 25 }`; those left out stay as they are.',
    }),
    hold: duration({
      default: '0s',
      description: 'Least time that the stage lasts, counted from when the flag said so.',
    }),
    minRequests: Type.Integer({
      default: 1,
      minimum: 1,
      maximum: 1e12,
      description:
        'Least requests of clients that reach V2 in the stage, on this machine and all others. Never none: silence proves nothing.',
    }),
    approve: Type.Optional(
      approve({
        description:
          'Who has to agree before the stage is left for the next one. Absent: as `approve` of the rollout says.',
      }),
    ),
    ask: Type.Optional(
      Type.String({
        format: 'uri',
        description:
          'Address that is asked before the stage is left: answered 200 with `{"go": true}` it is, with `{"go": false, "why": …}` it is not yet. While it answers anything else, or nothing, the stage goes on.',
      }),
    ),
    experiments: Type.Array(Type.String({ minLength: 1 }), {
      default: [],
      uniqueItems: true,
      maxItems: 8,
      description:
        'Names of experiments of the flag that have to find V2 better or no worse before the stage is left.',
    }),
  },
  strict,
)

export const RolloutSchema = Type.Object(
  {
    stages: Type.Array(Stage, {
      minItems: 1,
      maxItems: 64,
      description:
        'In the order in which they are gone through, each with a higher percent, of one strategy at least.',
    }),
    start: approve({
      default: 'one-person',
      description:
        'Who has to agree before the first stage: whoever is `automatic` here has callers on V2 as soon as the gate is open.',
    }),
    approve: approve({
      default: 'one-person',
      description: 'Who has to agree before a stage is left for the next one.',
    }),
    strategy: Type.Optional(
      Type.String({
        minLength: 1,
        description:
          'Title of the strategy of the flag that is moved, where it has several of kind flexibleRollout, such as one for each segment. Absent: the only one, or those that the stages name.',
      }),
    ),
    dryRun: Type.Boolean({
      default: false,
      description: 'Say what would be done and do nothing.',
    }),
  },
  {
    ...strict,
    description:
      'Moves the percentage of the flag in stages, in Unleash or in flags/. Absent: people do.',
  },
)

export type RolloutConfig = Static<typeof RolloutSchema>
