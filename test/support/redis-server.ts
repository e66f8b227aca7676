import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'

export interface RedisServer {
  readonly port: number
  readonly pid: number
  kill(signal: NodeJS.Signals): void
  /** Ends it, and resolves when it has ended. */
  stop(): Promise<void>
  /** Starts it again on its port, empty. */
  restart(): Promise<void>
}

/** A test, or a whole file, that ends what it started. */
export interface AfterHooks {
  after(end: () => Promise<void>): void
}

/** Lines of a configuration file, beside those that every test wants. */
type Settings = readonly string[]

/** A Redis of the machine's own package on a free port of loopback, without persistence. */
export async function startRedis(
  t: AfterHooks,
  settings: Settings = [],
  mode: 'redis' | 'sentinel' = 'redis',
): Promise<RedisServer> {
  const dir = await mkdtemp(join(tmpdir(), 'switchback-redis-'))
  const port = await freePort()
  const file = join(dir, 'redis.conf')
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${dir}`,
    'daemonize no',
    'protected-mode no',
  ]
  const noDisk = mode === 'redis' ? ['save ""', 'appendonly no'] : []
  await writeFile(file, [...lines, ...noDisk, ...settings, ''].join('\n'))

  let server = await started(file, mode)
  async function stop(): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return
    const ended = once(server, 'exit')
    // SIGKILL ends a stopped process as well.
    server.kill('SIGKILL')
    await ended
  }
  t.after(async () => {
    await stop()
    await rm(dir, { recursive: true, force: true })
  })
  return {
    port,
    get pid() {
      return server.pid ?? 0
    },
    kill: signal => void server.kill(signal),
    stop,
    async restart() {
      await stop()
      server = await started(file, mode)
    },
  }
}

async function started(file: string, mode: 'redis' | 'sentinel'): Promise<ChildProcess> {
  const flags = mode === 'sentinel' ? ['--sentinel'] : []
  const server = spawn('redis-server', [file, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] })
  let log = ''
  await new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      log = (log + chunk).slice(-4096)
      if (/Ready to accept connections|Sentinel ID is/.test(log)) resolve()
    }
    server.stdout.on('data', hear)
    server.stderr.on('data', hear)
    server.once('error', cause =>
      reject(new Error('Cannot start redis-server: it must be installed', { cause })),
    )
    server.once('exit', code => reject(new Error(`redis-server ended with ${code}: ${log}`)))
  })
  return server
}
