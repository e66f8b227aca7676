import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The flag that all scenarios share. */
export const flag = 'bench_failover'

/** A feature of Unleash that gives some of the callers V2. */
export function featureOf(name: string, percent: number) {
  return {
    name,
    type: 'release',
    enabled: true,
    stale: false,
    impressionData: false,
    project: 'default',
    variants: [],
    strategies: [
      {
        name: 'flexibleRollout',
        parameters: { rollout: String(percent), stickiness: 'default', groupId: name },
        constraints: [],
      },
    ],
  }
}

/** Half of the callers get V2. */
export const feature = featureOf(flag, 50)

export interface GatewayFiles {
  readonly v1: string
  readonly v2: string
  readonly workers: number
  /** For clients; by default one that the system chooses, another one at each start. */
  readonly port?: number
  /** YAML lines of the policy beside those that every scenario has. */
  readonly policy?: string
  /** Port of a Redis; without it the machine is alone. */
  readonly redis?: number
  /** Without it flags are files. */
  readonly unleash?: string
  /** Further files, by their paths. */
  readonly more?: Readonly<Record<string, string>>
}

/** Writes the configuration of a gateway. */
export function writeGatewayFiles(dir: string, files: GatewayFiles): void {
  const { v1, v2, workers, port = 0, policy = '', redis, unleash, more } = files
  const shared = redis === undefined ? '' : `store: { redis: "redis://127.0.0.1:${redis}" }\n`
  const flags = unleash === undefined ? '' : unleashLines(unleash)
  const texts: Record<string, string> = {
    'switchback.yaml':
      `listen: { host: 127.0.0.1, port: ${port} }\nadmin: { port: 0 }\n` +
      // So that one id names a request at the client, in the log and at the services.
      'trustedProxies: [127.0.0.1]\n' +
      `workers: ${workers}\n${shared}${flags}`,
    'routes/offers.yaml':
      `match: { path: / }\nv1: { url: "${v1}" }\nv2: { url: "${v2}" }\n` +
      `flag: ${flag}\npolicy: careful\nuser: { header: x-user-id }\n`,
    'policies/careful.yaml':
      'auth: public\n' +
      'timeouts: { connectMs: 1000, headersMs: 2000, deadlineMs: 3000 }\n' +
      `breaker: { openFor: 1s }\n${policy}`,
    ...more,
  }
  if (unleash === undefined) texts[`flags/${flag}.json`] = JSON.stringify(feature)
  for (const [name, text] of Object.entries(texts)) {
    const path = join(dir, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
}

function unleashLines(url: string): string {
  return `unleash: { url: "${url}", token: "default:production.bench", refreshIntervalMs: 500 }\n`
}
