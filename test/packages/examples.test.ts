import assert from 'node:assert/strict'
import { access, glob, readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { loadConfig } from '../../src/config/load.ts'
import { runProgram } from '../cli/run-program.ts'
import { root } from './image.ts'

const examples = join(root, 'examples')
const entries = await readdir(examples, { withFileTypes: true })
const names = entries.filter(entry => entry.isDirectory()).map(({ name }) => name)

/** What their READMEs have the shell set. */
const env = {
  COOKIE_SECRET: 'c'.repeat(64),
  RELEASE_MANAGER_SHA256: 'a'.repeat(64),
  ON_CALL_SHA256: 'b'.repeat(64),
}

for (const name of names) {
  const dir = join(examples, name)

  test(`the example ${name} passes the check, as its README has it typed`, async () => {
    const readme = await readFile(join(dir, 'README.md'), 'utf8')
    const [, block = ''] = /^```sh\n([\s\S]*?)^```/m.exec(readme) ?? []
    const lines = block.trim().split('\n')
    const exported = lines.flatMap(line => /^export (\w+)=/.exec(line)?.[1] ?? [])
    const written = await readFile(join(dir, 'switchback.yaml'), 'utf8')
    const needed = written.match(/(?<=^[^#]*\$\{)\w+/gm) ?? []
    assert.deepEqual(exported.sort(), needed.sort())
    assert.ok(lines.includes(`switchback check examples/${name}`))
    const { code, out, error } = await runProgram(env, 'check', dir)
    assert.equal(code, 0, out + error)
  })

  test(`the README of ${name} names each of its files, and none that is not there`, async () => {
    const files = await Array.fromAsync(glob('**/*.{yaml,json}', { cwd: dir }))
    const readme = await readFile(join(dir, 'README.md'), 'utf8')
    const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map(([, link = '']) => link)
    for (const link of links) await access(join(dir, link))
    assert.deepEqual(
      files.filter(file => !links.includes(file)),
      [],
    )
  })

  test(`the files of ${name} name their schemas, for editors`, async () => {
    for await (const file of glob('**/*.yaml', { cwd: dir })) {
      const text = await readFile(join(dir, file), 'utf8')
      const [, schema] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? []
      assert.ok(schema, file)
      await access(join(dir, dirname(file), schema))
    }
  })
}

test('there are examples, and the page that lists them lists all', async () => {
  const readme = await readFile(join(examples, 'README.md'), 'utf8')
  assert.ok(names.length >= 2)
  for (const name of names) assert.ok(readme.includes(`](${name})`), name)
})

test('fourteen services have a route and a flag of their own, so that each moves by itself', async () => {
  const loaded = await loadConfig({ dir: join(examples, 'fourteen-services'), env })
  assert.ok(loaded.ok)
  const { routes } = loaded.snapshot
  const services = routes.filter(({ name }) => name !== 'monolith')
  assert.equal(services.length, 14)
  const flags = services.flatMap(({ flag }) => flag ?? [])
  assert.equal(new Set(flags).size, flags.length)
  assert.equal(services.filter(({ policy }) => policy === 'live').length, 2)
})
