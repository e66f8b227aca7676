import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import type { AfterHooks } from './redis-server.ts'

/** A series and its value now. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [at: number, value: string]
}

export interface PrometheusServer {
  /** Asks now; throws where the expression is no expression. */
  query(expr: string): Promise<readonly Sample[]>
  /** What its API has at a path below `/api/v1/`. */
  api<Data>(path: string): Promise<Data>
}

/** A Prometheus of the machine's own package that scrapes gateways twice a second, by the given rules. */
export async function startPrometheus(
  t: AfterHooks,
  adminPorts: readonly number[],
  ruleFiles: readonly string[],
): Promise<PrometheusServer> {
  const dir = await mkdtemp(join(tmpdir(), 'switchback-prometheus-'))
  const file = join(dir, 'prometheus.yaml')
  const targets = adminPorts.map(port => `127.0.0.1:${port}`)
  const config = {
    global: { scrape_interval: '500ms', evaluation_interval: '500ms' },
    rule_files: ruleFiles,
    scrape_configs: [{ job_name: 'switchback', static_configs: [{ targets }] }],
  }
  // JSON is YAML.
  await writeFile(file, JSON.stringify(config))
  const port = await freePort()
  const child = spawn(
    'prometheus',
    [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(dir, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const url = `http://127.0.0.1:${port}`
  let log = ''
  child.stderr.on('data', chunk => {
    log = (log + chunk).slice(-4096)
  })
  const ended = once(child, 'exit')
  t.after(async () => {
    child.kill('SIGKILL')
    await ended
    await rm(dir, { recursive: true, force: true })
  })

  for (;;) {
    if (child.exitCode !== null) throw new Error(`prometheus ended: ${log}`)
    const ready = await fetch(`${url}/-/ready`).catch(() => null)
    if (ready?.ok) break
    await wait(20)
  }

  async function api<Data>(path: string): Promise<Data> {
    const answer = await fetch(`${url}/api/v1/${path}`)
    const { data, error } = (await answer.json()) as { data: Data; error?: string }
    if (!answer.ok) throw new Error(`${path}: ${error}`)
    return data
  }

  return {
    api,
    async query(expr) {
      const { result } = await api<{ result: Sample[] }>(`query?query=${encodeURIComponent(expr)}`)
      return result
    },
  }
}
