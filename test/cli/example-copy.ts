import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { exampleDir } from '../../src/cli/demo/example.ts'

/** The example configuration, to be edited; removed after the test. */
export async function exampleCopy(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'switchback-demo-'))
  t.after(() => rm(dir, { recursive: true, force: true }))
  for (const name of ['switchback.yaml', 'routes', 'policies', 'flags']) {
    await cp(join(exampleDir, name), join(dir, name), { recursive: true })
  }
  return dir
}
