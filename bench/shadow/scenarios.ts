import type { Scenario } from './scenario.ts'
import { badShadow } from './scenarios/bad-shadow.ts'
import { cpu } from './scenarios/cpu.ts'
import { eventLoop } from './scenarios/event-loop.ts'

/** In the order of the report. */
export const scenarios: readonly Scenario[] = [...badShadow, cpu, ...eventLoop]
