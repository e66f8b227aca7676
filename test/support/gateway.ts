import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type Clock, systemClock } from '../../src/clock.ts'
import { formatFault } from '../../src/config/format-fault.ts'
import { type RunningGateway, runGateway } from '../../src/run.ts'
import { createLog } from '../../src/telemetry/log.ts'

export interface TestGateway extends RunningGateway {
  /** The configuration directory, removed after the test. */
  readonly dir: string
  readonly url: string
  /** Every log line so far, as written. */
  readonly logLines: readonly string[]
  /** Replaces configuration files as an editor does: whole, by rename. */
  edit(files: Record<string, string>): Promise<void>
  /** Value of one sample in /metrics, such as `switchback_refusals_total{route="a",reason="loop"}`; 0 when absent. */
  metric(sample: string): Promise<number>
}

/** Writes configuration files below `dir`, each by rename. */
export async function writeFiles(dir: string, files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const path = join(dir, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(`${path}.new~`, text)
    await rename(`${path}.new~`, path)
  }
}

/** A temporary configuration directory, removed after the test. */
export async function configDir(t: TestContext, files: Record<string, string>): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'switchback-test-'))
  t.after(() => rm(dir, { recursive: true, force: true }))
  await writeFiles(dir, files)
  return dir
}

/** Who looks until something is so leaves the processors to what makes it so. */
export const lookEveryMs = 10

/** Quick drains on free ports: what nearly every test wants of `switchback.yaml`. */
export const testProcess = `
listen: { host: 127.0.0.1, port: 0 }
admin: { port: 0 }
drain: { lingerMs: 0, graceMs: 5000 }
`

/** Real time. The test shares the event loop with its gateway: how busy that is says nothing of the gateway. */
export const realClock: Clock = { ...systemClock, idle: systemClock.monotonic }

/** Runs a real gateway on free ports of 127.0.0.1 and closes it after the test. */
export async function startGateway(
  t: TestContext,
  files: Record<string, string>,
  clock: Clock = realClock,
  machine = 'test',
): Promise<TestGateway> {
  const dir = await configDir(t, { 'switchback.yaml': testProcess, ...files })
  const logLines: string[] = []
  const running = await runGateway({
    dir,
    env: {},
    clock,
    randomBytes,
    instanceId: 'test',
    machine,
    pid: process.pid,
    openLog: level => createLog(level, { write: line => void logLines.push(line) }),
  })
  if (!running.ok) {
    throw running.error ?? new Error(running.faults.map(formatFault).join('\n'))
  }
  const { gateway } = running
  t.after(() => gateway.close())
  const { adminUrl } = gateway

  return {
    ...gateway,
    dir,
    url: `${gateway.scheme}://127.0.0.1:${gateway.port}`,
    logLines,
    edit: changed => writeFiles(dir, changed),
    async metric(sample) {
      await pause(lookEveryMs)
      const text = await (await fetch(`${adminUrl}/metrics`)).text()
      const line = text.split('\n').find(candidate => candidate.startsWith(`${sample} `))
      return line === undefined ? 0 : Number(line.slice(sample.length + 1))
    },
  }
}

/** A route to one or two upstreams with a public policy: the smallest useful configuration. */
export function oneRoute(options: {
  v1: string
  v2?: string
  path?: string
  route?: string
  policy?: string
  /** Share of V2 in percent, when there is a V2. */
  percent?: number
}): Record<string, string> {
  const { v1, v2, path = '/', percent = 50 } = options
  const second = v2 === undefined ? '' : `v2: { url: "${v2}" }\nflag: v2\n`
  const files: Record<string, string> = {
    'routes/main.yaml': `match: { path: ${path} }\nv1: { url: "${v1}" }\n${second}policy: open\nuser: { header: x-user-id }\n${options.route ?? ''}`,
    'policies/open.yaml': `auth: public\n${options.policy ?? ''}`,
  }
  if (v2 !== undefined) files['flags/v2.json'] = flagFile('v2', percent)
  return files
}

/** An enabled flag that gives `percent` of the callers V2. */
export function flagFile(name: string, percent: number): string {
  return JSON.stringify({
    name,
    enabled: true,
    strategies: [
      {
        name: 'flexibleRollout',
        parameters: { rollout: String(percent), stickiness: 'default', groupId: name },
        constraints: [],
      },
    ],
  })
}

/** `switchback.yaml` with one of the two HTTP clients towards upstreams. */
export function processWith(client: UpstreamClient, more = ''): string {
  return `${testProcess}upstream: { client: ${client} }\n${more}`
}

export type UpstreamClient = (typeof upstreamClients)[number]

/** What `upstream.client` may be; rules about upstreams hold for each. */
export const upstreamClients = ['http1', 'undici'] as const
