import { Type } from 'typebox'

/** `decisions` of `switchback.yaml`: what is remembered of the last requests, for `switchback plan`. */
export const DecisionsSchema = Type.Object(
  {
    keep: Type.Integer({
      default: 10_000,
      minimum: 0,
      maximum: 1_000_000,
      description:
        'Decisions of this machine that are kept in memory, the last ones, shared out among its workers; 0 for none. Some 600 bytes each, 4 KiB at most. They hold ids of callers.',
    }),
    perSecond: Type.Integer({
      default: 500,
      minimum: 1,
      maximum: 1_000_000,
      description:
        'Decisions that are kept of one second at most, shared out among the workers; of what comes beyond them only the number is. It bounds what keeping them costs: up to 0.6 µs of CPU each.',
    }),
  },
  { additionalProperties: false, default: {} },
)
