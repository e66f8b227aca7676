import { allDown } from './scenarios/all-down.ts'
import { fleetAgrees } from './scenarios/fleet-agrees.ts'
import { fleetKilled } from './scenarios/fleet-killed.ts'
import { redisFails } from './scenarios/redis-fails.ts'
import { v1Fails } from './scenarios/v1-fails.ts'
import { v2Fails } from './scenarios/v2-fails.ts'
import { workerKilled } from './scenarios/worker-killed.ts'
import type { Scenario } from './stage.ts'

/** In the order of the report. */
export const scenarios: readonly Scenario[] = [
  ...v2Fails,
  ...v1Fails,
  workerKilled,
  ...redisFails,
  ...fleetAgrees,
  fleetKilled,
  allDown,
]
