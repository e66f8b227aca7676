import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { versionOf } from '../machine.ts'
import { createScenarios, type Scenario } from '../scenarios.ts'

const names = ['direct', 'http-proxy', 'switchback', 'nginx', 'haproxy', 'caddy']

/** The plain gateways of the bench that are installed, wide enough for so many clients. */
export function idleScenarios(scratchDir: string, connections: number): Scenario[] {
  return createScenarios(scratchDir, true)
    .filter(({ name, versionArgv }) => {
      return names.includes(name) && (versionArgv === null || versionOf(versionArgv) !== null)
    })
    .map(scenario => ({
      ...scenario,
      gateway:
        scenario.gateway?.map(word =>
          /\.(cfg|conf)$/.test(word) ? widened(word, scratchDir, connections) : word,
        ) ?? null,
    }))
}

/** A copy of a configuration of HAProxy or nginx that takes more clients at once than the bench's own. */
function widened(file: string, scratchDir: string, connections: number): string {
  const most = connections + 1000
  const text = readFileSync(file, 'utf8')
    .replace(/maxconn \d+/, `maxconn ${most}`)
    .replace(/worker_connections \d+/, `worker_connections ${most}`)
  const copy = join(scratchDir, `idle-${basename(file)}`)
  writeFileSync(copy, text)
  return copy
}
