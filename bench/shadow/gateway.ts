import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Placement } from '../children.ts'
import { featureOf } from '../failover/gateway-files.ts'
import type { Stage } from '../stage.ts'

/** A gateway before V1 and V2 of which V1 has all the traffic. */
export interface Gateway {
  readonly url: string
  readonly pid: number
  /** What `/metrics` says, as text for Prometheus. */
  metrics(): Promise<string>
  kill(): Promise<void>
}

export interface GatewayOptions {
  readonly v1: string
  readonly v2: string
  /** `shadow` of the policy in YAML; null for none. */
  readonly shadow: string | null
  readonly placement: Placement
}

const main = join(import.meta.dirname, '../../src/main.ts')
const flag = 'bench_shadow'

export async function startGateway(
  { children, scratch }: Stage,
  { v1, v2, shadow, placement }: GatewayOptions,
): Promise<Gateway> {
  const dir = mkdtempSync(join(scratch, 'gateway-'))
  const files: Record<string, string> = {
    'switchback.yaml':
      'listen: { host: 127.0.0.1, port: 0 }\nadmin: { port: 0 }\n' +
      'log: { level: warn, access: false }\n',
    'routes/offers.yaml':
      `match: { path: / }\nv1: { url: "${v1}" }\nv2: { url: "${v2}" }\n` +
      `flag: ${flag}\npolicy: shadowed\n`,
    'policies/shadowed.yaml': `auth: public\n${shadow === null ? '' : `shadow: ${shadow}\n`}`,
    [`flags/${flag}.json`]: JSON.stringify(featureOf(flag, 0)),
  }
  for (const [name, text] of Object.entries(files)) {
    const path = join(dir, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  const child = children.start('gateway', [process.execPath, main, 'start', dir], placement)
  const [, port] = await child.line(/^ {2}clients .*:(\d+)/)
  const [, adminPort] = await child.line(/^ {2}admin .*?:(\d+)/)
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid,
    async metrics() {
      return (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text()
    },
    kill: () => child.kill(),
  }
}
