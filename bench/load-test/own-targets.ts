import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { edit, switchbackArgv } from '../own-config.ts'
import type { Stage } from '../stage.ts'
import type { TargetName } from './target.ts'

/** What is asked of them. */
export const samplePath = '/api/match?user={n}'
/** As whom. */
export const sampleHeaders = { 'x-user-id': '{n}' }

const example = join(import.meta.dirname, '../..')

/**
 * Starts the demo's V1 and V2 and a gateway before them with the example configuration, each in a process of
 * its own; their base addresses. Nobody has V2 through the gateway: so that what it takes longer than V1 is
 * what it adds.
 */
export async function startOwnTargets(stage: Stage): Promise<Record<TargetName, string>> {
  const [v1, v2] = await Promise.all([startSample(stage, 'v1'), startSample(stage, 'v2')])
  return { v1, v2, gateway: await startGateway(stage, v1, v2) }
}

async function startSample({ children }: Stage, version: 'v1' | 'v2'): Promise<string> {
  const program = join(example, 'src/main.ts')
  const argv = [process.execPath, program, 'sample', version, '--port', '0']
  const child = children.start(version, argv)
  return `http://127.0.0.1:${(await child.line(/serves .* port (\d+)$/))[1]}`
}

async function startGateway({ children, scratch }: Stage, v1: string, v2: string): Promise<string> {
  const dir = join(scratch, 'gateway')
  for (const part of ['switchback.yaml', 'routes', 'policies', 'flags']) {
    cpSync(join(example, part), join(dir, part), { recursive: true })
  }
  edit(join(dir, 'switchback.yaml'), document => {
    document.setIn(['listen'], { host: '127.0.0.1', port: 0 })
    document.setIn(['admin', 'port'], 0)
    document.setIn(['log'], { level: 'warn', access: false })
  })
  edit(join(dir, 'routes/match.yaml'), document => {
    document.setIn(['v1', 'url'], v1)
    document.setIn(['v2', 'url'], v2)
  })
  // As patient as the load tester: a machine with too much to do is no gateway that fails.
  edit(join(dir, 'policies/careful.yaml'), document =>
    document.setIn(['timeouts'], { connectMs: 10_000, headersMs: 10_000 }),
  )
  const flag = join(dir, 'flags/v2_migration.json')
  const feature = JSON.parse(readFileSync(flag, 'utf8'))
  writeFileSync(flag, JSON.stringify({ ...feature, enabled: false }))
  const child = children.start('gateway', switchbackArgv(dir))
  return `http://127.0.0.1:${(await child.line(/^ {2}clients .*:(\d+)/))[1]}`
}
