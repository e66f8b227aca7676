import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { makeCertificate } from '../../test/support/certificates.ts'
import type { Child } from '../children.ts'
import { featureOf } from '../failover/gateway-files.ts'
import type { Stage } from '../stage.ts'
import type { Look } from './gateway-process.ts'

/** A gateway of one process before V1 and V2, each of which has half of the callers. */
export interface Scene {
  readonly port: number
  readonly pid: number
  look(): Promise<Look>
  /** Puts another configuration into force, or one that is refused; null when it came as it should. */
  reload(isGood: boolean): Promise<string | null>
  /** Switches back that its log has told of. */
  switchesBack(): number
}

const flag = 'bench_soak'
const policyFile = 'policies/careful.yaml'
const lookEveryMs = 50
/** Milliseconds that a reload may take. */
const patienceMs = 15_000

/**
 * Failures on purpose are V1's alone and asked for by a path of their own, so that V2 has no reason to be
 * switched back. Waits are long: a machine that is busy must not look like a gateway that fails.
 */
function policy(deadlineMs: number): string {
  return (
    'auth: public\nfallback: {}\nbudgets: [{ signal: errors, max: 1% }]\n' +
    `timeouts: { connectMs: 10000, headersMs: 20000, deadlineMs: ${deadlineMs} }\n`
  )
}

interface ConfigStatus {
  readonly version: string
  readonly lastResult: string
}

export async function startScene(stage: Stage): Promise<Scene> {
  const { children, scratch } = stage
  const [v1, v2] = await Promise.all([startService(stage, 'v1'), startService(stage, 'v2')])
  const dir = join(scratch, 'gateway')
  const pair = await makeCertificate({ commonName: 'localhost', altNames: ['127.0.0.1'] })
  const files: Record<string, string> = {
    'switchback.yaml':
      'listen: { host: 127.0.0.1, port: 0, tls: { certFile: tls.crt, keyFile: tls.key } }\n' +
      'admin: { port: 0 }\nlog: { access: false }\n' +
      // Short, so that it is soon seen whether all that was open is closed again.
      'upstream: { keepAliveTimeoutMs: 1000 }\n' +
      // Full before the warm-up is over: what fills up by design must not look like what grows.
      'decisions: { keep: 1000 }\n',
    'tls.crt': pair.cert,
    'tls.key': pair.key,
    'routes/all.yaml':
      `match: { path: / }\nv1: { url: "${v1}" }\nv2: { url: "${v2}" }\n` +
      `flag: ${flag}\npolicy: careful\nuser: { header: x-user-id }\n`,
    'routes/rough.yaml': `match: { path: /rough }\nv1: { url: "${v1}" }\npolicy: rough\n`,
    [policyFile]: policy(30_000),
    'policies/rough.yaml': 'auth: public\n',
    [`flags/${flag}.json`]: JSON.stringify(featureOf(flag, 50)),
  }
  for (const [name, text] of Object.entries(files)) {
    const path = join(dir, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  const program = join(import.meta.dirname, 'gateway-process.ts')
  const child = children.start('gateway', [
    ...[process.execPath, '--expose-gc', program, 'start', dir],
  ])
  const [, port] = await child.line(/^ {2}clients .*:(\d+)/)
  const [, adminPort] = await child.line(/^ {2}admin .*?:(\d+)/)
  const config = async () =>
    (await (await fetch(`http://127.0.0.1:${adminPort}/config`)).json()) as ConfigStatus
  let reloads = 0

  return {
    port: Number(port),
    pid: child.pid,
    look: () => look(child),
    async reload(isGood) {
      const before = await config()
      const text = isGood ? policy(30_000 + ++reloads) : 'auth: nobody-knows\n'
      const written = join(dir, 'next-policy')
      writeFileSync(written, text)
      renameSync(written, join(dir, policyFile))
      const isThere = ({ version, lastResult }: ConfigStatus) =>
        isGood ? version !== before.version : lastResult === 'refused'
      const deadline = performance.now() + patienceMs
      for (;;) {
        const now = await config()
        if (isThere(now)) return !isGood && now.version !== before.version ? 'in force' : null
        if (performance.now() > deadline) return isGood ? 'not in force' : 'not refused'
        await delay(lookEveryMs)
      }
    },
    switchesBack: () => child.lines.filter(line => line.includes('"switched back: ')).length,
  }
}

async function look(child: Child): Promise<Look> {
  const answer = child.message()
  child.send('look')
  return (await answer) as Look
}

async function startService({ children }: Stage, name: string): Promise<string> {
  const program = join(import.meta.dirname, 'service-process.ts')
  const child = children.start(name, [process.execPath, program, name])
  return `http://127.0.0.1:${(await child.line(/^listening (\d+)$/))[1]}`
}
