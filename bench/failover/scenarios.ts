import { v2Fails } from './scenarios/v2-fails.ts'
import type { Scenario } from './stage.ts'

/** In the order of the report. */
export const scenarios: readonly Scenario[] = [...v2Fails]
