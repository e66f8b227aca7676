import { mkdirSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Placement } from '../children.ts'
import { featureOf } from '../failover/gateway-files.ts'
import type { Stage } from '../stage.ts'
import type { ToGateway } from './gateway-process.ts'
import type { Side } from './turns.ts'

/** A gateway before V1 and V2 of which V1 has all the traffic. */
export interface Gateway {
  readonly url: string
  readonly pid: number
  /** Whether its shadow is on by now. */
  readonly side: Side
  /** Puts the policy with its shadow, or without, into force by a reload, and waits until it is. */
  turn(to: Side): Promise<void>
  /** What `/metrics` says, as text for Prometheus. */
  metrics(): Promise<string>
  /** Milliseconds between the calls of a 10 ms timer in the thread that serves, since it was last asked. */
  timerGaps(): Promise<readonly number[]>
  /** From now on what it has in memory is in use, or was a quarter of a second ago. */
  collectOften(): void
  kill(): Promise<void>
}

export interface GatewayOptions {
  readonly v1: string
  readonly v2: string
  /** `shadow` of the policy in YAML, where it is on. */
  readonly shadow: string
  /** With which it starts. */
  readonly side: Side
  readonly program: Program
  readonly placement: Placement
}

/** What `/config` says of the configuration in force and of the last attempt to load another. */
interface ConfigStatus {
  readonly version: string
  readonly lastResult: string
  readonly faults: readonly unknown[]
}

/**
 * `built` is what `npm run build` made, as it is installed. Each thread that reads the sources has a reader of
 * TypeScript of its own for that, which is 36 MiB.
 */
export type Program = keyof typeof programs

const root = join(import.meta.dirname, '../..')
const programs = { built: join(root, 'dist/main.js'), sources: join(root, 'src/main.ts') }
const withEyes = join(import.meta.dirname, 'gateway-process.ts')
const flag = 'bench_shadow'
const policyFile = 'policies/shadowed.yaml'
const lookEveryMs = 20
/** Milliseconds that a reload may take. */
const patienceMs = 15_000

export async function startGateway(
  { children, scratch }: Stage,
  { v1, v2, shadow, side, program, placement }: GatewayOptions,
): Promise<Gateway> {
  const dir = mkdtempSync(join(scratch, 'gateway-'))
  const policies: Readonly<Record<Side, string>> = {
    off: 'auth: public\n',
    on: `auth: public\nshadow: ${shadow}\n`,
  }
  const files: Record<string, string> = {
    'switchback.yaml':
      'listen: { host: 127.0.0.1, port: 0 }\nadmin: { port: 0 }\n' +
      'log: { level: warn, access: false }\n',
    'routes/offers.yaml':
      `match: { path: / }\nv1: { url: "${v1}" }\nv2: { url: "${v2}" }\n` +
      `flag: ${flag}\npolicy: shadowed\n`,
    [policyFile]: policies[side],
    [`flags/${flag}.json`]: JSON.stringify(featureOf(flag, 0)),
  }
  for (const [name, text] of Object.entries(files)) {
    const path = join(dir, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  const command = [process.execPath, '--expose-gc', withEyes, programs[program], 'start', dir]
  const child = children.start('gateway', command, placement)
  const tell = (what: ToGateway) => child.send(what)
  const [, port] = await child.line(/^ {2}clients .*:(\d+)/)
  const [, adminPort] = await child.line(/^ {2}admin .*?:(\d+)/)
  const ask = (path: string) => fetch(`http://127.0.0.1:${adminPort}${path}`)
  const config = async () => (await (await ask('/config')).json()) as ConfigStatus
  let now = side

  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid,
    get side() {
      return now
    },
    async turn(to) {
      if (to === now) return
      const before = await config()
      const written = join(dir, 'next-policy')
      writeFileSync(written, policies[to])
      renameSync(written, join(dir, policyFile))
      await isInForce(before.version, config)
      now = to
    },
    async metrics() {
      return (await ask('/metrics')).text()
    },
    async timerGaps() {
      const gaps = child.message()
      tell('timer-gaps')
      return (await gaps) as readonly number[]
    },
    collectOften: () => tell('collect-often'),
    kill: () => child.kill(),
  }
}

/** Waits for another version; throws where it is refused or does not come. */
async function isInForce(before: string, config: () => Promise<ConfigStatus>): Promise<void> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const { version, lastResult, faults } = await config()
    if (version !== before) return
    if (lastResult === 'refused' || performance.now() > deadline) {
      throw new Error(`Cannot switch the shadow: ${lastResult}, ${JSON.stringify(faults)}`)
    }
    await delay(lookEveryMs)
  }
}
