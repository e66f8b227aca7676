import { type Static, Type } from 'typebox'
import { duration } from './schema-shape.ts'

const strict = { additionalProperties: false }

/** Active checks: the gateway asks, whatever the clients do. */
export const HealthSchema = Type.Object(
  {
    path: Type.String({
      pattern: '^/[!-~]*$',
      title: 'a path that begins with / and has no spaces',
      description: 'What is asked for with GET.',
    }),
    interval: duration({ default: '5s', description: 'Time between two checks of an origin.' }),
    timeout: duration({ default: '2s', description: 'Time that an answer has.' }),
    rise: Type.Integer({
      default: 2,
      minimum: 1,
      description: 'Good checks in a row until an origin is healthy again.',
    }),
    fall: Type.Integer({
      default: 3,
      minimum: 1,
      description: 'Bad checks in a row until it is unhealthy.',
    }),
  },
  {
    ...strict,
    description:
      'Check each origin; any 2xx or 3xx is good. With all of V2 unhealthy its requests go to V1. Absent: no checks.',
  },
)

/** Passive ejection: what live traffic shows. */
export const EjectionSchema = Type.Object(
  {
    failures: Type.Integer({
      default: 5,
      minimum: 1,
      description: 'Failures (5xx, faults) in a row until an origin rests.',
    }),
    restFor: duration({
      default: '10s',
      description: 'How long it is asked only when there is no other.',
    }),
  },
  {
    ...strict,
    description:
      'Rest an origin that fails live requests while others of the variant do not. Absent: only unreachable ones rest, for a second.',
  },
)

export type HealthConfig = Static<typeof HealthSchema>
export type EjectionConfig = Static<typeof EjectionSchema>
