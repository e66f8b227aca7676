import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { exampleFlag } from './example.ts'

/** The flag's file within the directory. */
export const flagFile = `flags/${exampleFlag}.json`

/** V2 for nobody. */
const flag = {
  name: exampleFlag,
  enabled: true,
  strategies: [
    {
      name: 'flexibleRollout',
      constraints: [],
      parameters: { rollout: '0', stickiness: 'default', groupId: exampleFlag },
    },
  ],
}

/** Writes a configuration for a demo that shows V2 to nobody at first, by a flag in a file. */
export function writeExample(
  open: AsyncDisposableStack,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  return writeFiles(open, { ...files, [flagFile]: `${JSON.stringify(flag, null, 2)}\n` })
}

/** Writes a configuration of the demo's own; returns its directory, which is removed when `open` closes. */
export async function writeFiles(
  open: AsyncDisposableStack,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'switchback-demo-'))
  open.defer(() => rm(dir, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true })
    await writeFile(join(dir, name), text)
  }
  return dir
}
