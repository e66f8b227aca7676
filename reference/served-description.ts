import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../src/clock.ts'
import { runGateway } from '../src/run.ts'
import { createLog } from '../src/telemetry/log.ts'
import type { ApiDescription } from './api-page.ts'

/** The least that a gateway can be: nothing is asked of it but what it says of itself. */
const files: Readonly<Record<string, string>> = {
  'switchback.yaml':
    'listen: { host: 127.0.0.1, port: 0 }\nadmin: { port: 0 }\ndrain: { lingerMs: 0 }\n',
  'routes/any.yaml': 'match: { path: / }\nv1: { url: "http://127.0.0.1:1" }\npolicy: any\n',
  'policies/any.yaml': 'auth: public\n',
}

/** Asks a gateway that runs for it. */
export async function servedDescription(): Promise<ApiDescription> {
  const dir = await mkdtemp(join(tmpdir(), 'switchback-reference-'))
  await using open = new AsyncDisposableStack()
  open.defer(() => rm(dir, { recursive: true, force: true }))
  for (const folder of ['routes', 'policies']) await mkdir(join(dir, folder))
  for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text)
  const running = await runGateway({
    dir,
    env: {},
    clock: systemClock,
    randomBytes,
    instanceId: 'reference',
    machine: 'reference',
    pid: process.pid,
    openLog: () => createLog('silent'),
  })
  if (!running.ok) throw running.error ?? new Error('Cannot describe: no gateway runs')
  open.defer(running.gateway.close)
  const answer = await fetch(`${running.gateway.adminUrl}/openapi.json`)
  return (await answer.json()) as ApiDescription
}
