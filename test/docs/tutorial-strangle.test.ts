import assert from 'node:assert/strict'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { runProgram } from '../cli/run-program.ts'
import { eventually } from '../fleet/eventually.ts'
import { startGateway } from '../support/gateway.ts'
import { createClient, startUpstream } from '../support/http.ts'
import { filesOf, linesOf, type Section, typedPage, words } from './typed-page.ts'

const steps = await typedPage('tutorial-strangle.md', /^Step \d/)

/** What of a curl line the client of a test sends, and whether it wants the head. */
function asked(argv: readonly string[]) {
  const option = (name: string) => argv[argv.indexOf(name) + 1]
  const header = argv.includes('-H') ? String(option('-H')).split(': ') : []
  return {
    path: new URL(String(argv.find(each => each.startsWith('http')))).pathname,
    method: argv.includes('-d') ? 'POST' : 'GET',
    body: argv.includes('-d') ? option('-d') : undefined,
    headers: header.length === 2 ? { [String(header[0])]: String(header[1]) } : {},
  }
}

test('a domain is strangled as it is typed', async t => {
  const reached: string[] = []
  const serve = (name: string) =>
    startUpstream(t, name, (request, response) => {
      reached.push(`${name} ${request.method} ${request.url}`)
      request.resume()
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ name: 'lamp', price: 49 }))
    })
  const [monolith, catalog] = await Promise.all([serve('monolith'), serve('catalog')])
  const here = (files: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(files).map(([file, code]) => [
        file,
        code
          .replaceAll('http://127.0.0.1:5062', monolith.url)
          .replaceAll('http://127.0.0.1:5070', catalog.url),
      ]),
    )
  assert.equal(steps.length, 7)
  const [one, ...others] = steps as [Section, ...Section[]]
  const gateway = await startGateway(t, here(filesOf([one])))
  const client = createClient(t)
  let users = 0

  /** What commands that ask no gateway want besides. */
  const offline: Readonly<Record<string, readonly string[]>> = {
    check: [gateway.dir],
    doctor: [gateway.dir, '--timeout', '1m'],
    explain: ['-c', gateway.dir],
  }

  /** Types a line; whatever it prints. Every line of the page ends well. */
  async function type(line: string): Promise<string> {
    const [command, ...argv] = words(line)
    if (command === 'curl') {
      const { path, ...request } = asked(argv)
      const answer = await fetch(`${gateway.url}${path}`, request as RequestInit)
      assert.equal(answer.status, 200, line)
      return `${answer.headers.get('x-switchback-decision')}\n${await answer.text()}`
    }
    if (command === 'rm') {
      for (const file of argv) await rm(join(gateway.dir, file))
      return ''
    }
    assert.equal(command, 'switchback', line)
    // That is the gateway of this test.
    if (argv[0] === 'start') return ''
    const where = offline[argv[0] ?? ''] ?? ['--admin', gateway.adminUrl]
    const { code, out, error } = await runProgram({}, ...argv, ...where)
    assert.equal(code, 0, `${line}\n${out}${error}`)
    return out
  }

  async function typeAll(step: Section): Promise<string[]> {
    const printed: string[] = []
    for (const line of linesOf(step)) printed.push(await type(line))
    return printed
  }

  /** Writes what a step says, as an editor does, and has it taken up. */
  async function save(step: Section): Promise<void> {
    await gateway.edit(here(filesOf([step])))
    assert.notEqual((await gateway.reload()).result, 'refused', step.name)
  }

  async function reads(count: number): Promise<void> {
    for (let sent = 0; sent < count; sent++) {
      const user = String(users++)
      await client(`${gateway.url}/catalog/lamp`, { 'x-user-id': user })
    }
  }

  await typeAll(one)
  assert.deepEqual(reached, ['monolith GET /catalog/lamp'])

  const [two, three, four, five, six, seven] = others as [
    Section,
    Section,
    Section,
    Section,
    Section,
    Section,
  ]
  await save(two)
  assert.match((await typeAll(two))[1] ?? '', /^variant +v1$/m)

  await eventually(async () => {
    await reads(100)
    const { code } = await runProgram({}, 'gate', 'catalog_v2', '--admin', gateway.adminUrl)
    return code === 0
  })
  await typeAll(three)
  assert.ok(reached.includes('catalog GET /items/lamp'), 'it reads along')

  await save(four)
  const [decision] = await typeAll(four)
  assert.match(decision ?? '', /^v[12]; reason=/)

  await save(five)
  assert.match((await typeAll(five))[0] ?? '', /since they have no V2: monolith$/)
  const answer = await fetch(`${gateway.url}/catalog/lamp`, { headers: { 'x-user-id': '7' } })
  assert.match(answer.headers.get('x-switchback-decision') ?? '', /^v2; /)
  await fetch(`${gateway.url}/catalog/lamp`, { method: 'POST', body: '{}' })
  const writes = () => reached.filter(each => each.includes(' POST '))
  assert.deepEqual(writes(), ['monolith POST /catalog/lamp'], 'writes stay')

  await save(six)
  const [written] = await typeAll(six)
  assert.match(written ?? '', /^v2; /)
  assert.equal(writes().at(-1), 'catalog POST /items/lamp')

  // As a person does it: the route first, then what nothing names any more.
  await gateway.edit(here(filesOf([seven])))
  await typeAll(seven)
  await gateway.reload()
  const last = reached.length
  await type(linesOf(seven).at(-1) ?? '')
  assert.ok(reached.slice(last).includes('catalog GET /items/lamp'))
  assert.deepEqual(await readdir(join(gateway.dir, 'routes')), ['catalog.yaml', 'monolith.yaml'])
})
