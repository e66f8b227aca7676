import process from 'node:process'
import { Gauge, type Registry } from 'prom-client'
import { packageVersion } from './package-version.ts'

/** Which Switchback on which Node this is. */
export function tellBuild(registry: Registry): void {
  new Gauge({
    name: 'switchback_build_info',
    help: 'Always 1; the labels are the versions of Switchback and of Node. Two versions in one fleet: a deployment is under way, or one was forgotten.',
    labelNames: ['version', 'node'] as const,
    registers: [registry],
  }).set({ version: packageVersion(), node: process.versions.node }, 1)
}
