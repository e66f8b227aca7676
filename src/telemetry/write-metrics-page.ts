import { readFileSync, writeFileSync } from 'node:fs'
import { createControlMetrics } from './control-metrics.ts'
import { createMetrics } from './metrics.ts'
import { withMetrics } from './metrics-page.ts'

/** Part of `npm run reference`: writes the tables of docs/metrics.md anew after a change to a metric. */
const page = new URL('../../docs/metrics.md', import.meta.url)
const registries = {
  ofWorkers: createMetrics().registry,
  ofMachine: createControlMetrics({ ownProcess: false }).registry,
}
writeFileSync(page, await withMetrics(readFileSync(page, 'utf8'), registries))
