import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Fault } from '../../src/config/fault.ts'
import { formatFault } from '../../src/config/format-fault.ts'
import { loadConfig } from '../../src/config/load.ts'
import type { Snapshot } from '../../src/config/snapshot.ts'

type Files = Readonly<Record<string, string>>

/** A small valid configuration, to be broken one piece at a time. */
export const valid: Files = {
  'routes/match.yaml': [
    'match:',
    '  path: /api/match',
    'v1: { url: http://127.0.0.1:5062 }',
    'v2: { url: http://127.0.0.1:5070 }',
    'flag: v2_migration',
    'policy: careful',
    '',
  ].join('\n'),
  'policies/careful.yaml': 'auth: public\n',
  'flags/v2_migration.json': flag({ rollout: '10', stickiness: 'default' }),
}

export function flag(parameters: Readonly<Record<string, string>>, name = 'v2_migration'): string {
  return JSON.stringify(
    { name, enabled: true, strategies: [{ name: 'flexibleRollout', parameters }] },
    null,
    2,
  )
}

/** A directory with these files in place of, or beside, the valid ones; removed after the test. */
export async function configDir(t: TestContext, changes: Files = {}): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'switchback-config-'))
  t.after(() => rm(dir, { recursive: true }))
  for (const [file, text] of Object.entries({ ...valid, ...changes })) await put(dir, file, text)
  return dir
}

export async function put(dir: string, file: string, text: string): Promise<void> {
  await mkdir(dirname(join(dir, file)), { recursive: true })
  await writeFile(join(dir, file), text)
}

type Environment = Readonly<Record<string, string>>

/** The faults as the operator reads them. */
export async function faultLines(dir: string, env: Environment = {}): Promise<string[]> {
  return (await faultsOf(dir, env)).map(formatFault)
}

export async function faultsOf(dir: string, env: Environment = {}): Promise<readonly Fault[]> {
  const loaded = await loadConfig({ dir, env })
  return loaded.ok ? [] : loaded.faults
}

export async function snapshotOf(dir: string, env: Environment = {}): Promise<Snapshot> {
  const loaded = await loadConfig({ dir, env })
  if (!loaded.ok) throw new Error(loaded.faults.map(formatFault).join('\n'))
  return loaded.snapshot
}
