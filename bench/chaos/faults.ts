import type { Fault } from './fault.ts'
import { gatewayFaults } from './faults/gateway.ts'
import { neighbourFaults } from './faults/neighbours.ts'
import { serviceFaults } from './faults/services.ts'

/** In the order of the scorecard. */
export const faults: readonly Fault[] = [...serviceFaults, ...neighbourFaults, ...gatewayFaults]
