import type { TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type Child, startChild } from './child.ts'
import { configDir, lookEveryMs, writeFiles } from './gateway.ts'

export interface GatewayProcess {
  readonly child: Child
  readonly port: number
  readonly adminPort: number
  /** Process ids of the workers that began to serve, in that order; waits for `count` of them. */
  workerPids(count: number): Promise<number[]>
  /** Replaces configuration files as an editor does. */
  edit(files: Record<string, string>): Promise<void>
  /** What the admin listener answers in JSON. */
  admin(path: string): Promise<unknown>
  /** All samples of /metrics. */
  metrics(): Promise<Map<string, number>>
}

/** Runs `switchback start` in a process of its own, ended with the test. */
export async function startGatewayProcess(
  t: TestContext,
  files: Record<string, string>,
): Promise<GatewayProcess> {
  const dir = await configDir(t, files)
  const child = startChild(t, 'src/main.ts', ['start', '-c', dir])
  const [, port] = await child.until(/clients +https?:\/\/localhost:(\d+)/)
  const [, adminPort] = await child.until(/admin +http:\/\/127\.0\.0\.1:(\d+)/)
  const adminUrl = `http://127.0.0.1:${adminPort}`
  return {
    child,
    port: Number(port),
    adminPort: Number(adminPort),
    async workerPids(count) {
      const line = '"worker":\\d+,"pid":(\\d+),"event":"serves"'
      const found = await child.until(new RegExp(Array(count).fill(line).join('[^]*?')))
      return found.slice(1).map(Number)
    },
    edit: changed => writeFiles(dir, changed),
    async admin(path) {
      await pause(lookEveryMs)
      return (await fetch(`${adminUrl}${path}`)).json()
    },
    async metrics() {
      await pause(lookEveryMs)
      const text = await (await fetch(`${adminUrl}/metrics`)).text()
      const samples = text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
      return new Map(
        samples.map(line => {
          const end = line.lastIndexOf(' ')
          return [line.slice(0, end), Number(line.slice(end + 1))] as const
        }),
      )
    },
  }
}
