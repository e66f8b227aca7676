import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { exampleFlag, examplePath, exampleRoute } from '../example.ts'

/** All that shadowing takes beside a route and a flag; shown on the screen as it is. */
export const shadowedPolicy = `auth: public
shadow: {}
budgets: [{ signal: mismatch, max: 0.5% }]
`

const route = `match: { path: ${examplePath} }
v1: { url: http://127.0.0.1:5062 }
v2: { url: http://127.0.0.1:5070 }
flag: ${exampleFlag}
policy: shadowed
user: { header: x-user-id }
`

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

/** The flag's file within the directory. */
export const flagFile = `flags/${exampleFlag}.json`

/** Writes a configuration that shows V2 to nobody; returns its directory, which is removed when `open` closes. */
export async function writeShadowedExample(open: AsyncDisposableStack): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'switchback-shadow-'))
  open.defer(() => rm(dir, { recursive: true, force: true }))
  const files = {
    [`routes/${exampleRoute}.yaml`]: route,
    'policies/shadowed.yaml': shadowedPolicy,
    [flagFile]: `${JSON.stringify(flag, null, 2)}\n`,
  }
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true })
    await writeFile(join(dir, name), text)
  }
  return dir
}
