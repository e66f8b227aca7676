import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { runProgram } from '../cli/run-program.ts'
import { eventually } from '../fleet/eventually.ts'
import { sendJson } from '../gateway/noisy-shop.ts'
import { startGateway } from '../support/gateway.ts'
import { createClient, startUpstream } from '../support/http.ts'
import { filesOf, linesOf, typedPage, words } from './typed-page.ts'

const sections = await typedPage('tutorial-shadow.md', /^Day \d+/)

/** A search whose answers are never the same twice; V2 has a field more, and its price can be wrong. */
async function startSearch(t: TestContext, name: 'v1' | 'v2') {
  let factor = 1
  const upstream = await startUpstream(t, name, (request, response) => {
    request.resume()
    sendJson(response, {
      id: randomUUID(),
      at: new Date().toISOString(),
      price: Math.round(4990 * factor) / 100,
      ...(name === 'v2' ? { currency: 'EUR' } : {}),
    })
  })
  return {
    ...upstream,
    charge(by: number): void {
      factor = by
    },
  }
}

/** Fewer than the copies that a worker makes at once: none is dropped. */
const atOnce = 8

test('the two weeks work as they are typed', async t => {
  const [v1, v2] = await Promise.all([startSearch(t, 'v1'), startSearch(t, 'v2')])
  v2.charge(1.01)
  const here = (code: string) =>
    code.replace('http://127.0.0.1:5062', v1.url).replace('http://127.0.0.1:5070', v2.url)
  const sectionOf = (day: string) => sections.filter(({ name }) => name === day)
  const filesOfDay = (day: string) =>
    Object.fromEntries(
      Object.entries(filesOf(sectionOf(day))).map(([file, code]) => [file, here(code)]),
    )
  const gateway = await startGateway(t, filesOfDay('Day 0'))
  const client = createClient(t)
  let asked = 0
  let onV2 = 0

  const untyped = new Set(sections.flatMap(linesOf))

  /** What a day lets be typed, in its order, each with its exit code. */
  async function type(line: string) {
    untyped.delete(line)
    const [curl] =
      /^curl -s http:\/\/127\.0\.0\.1:9900(\S+) \| grep (\S+)$/.exec(line)?.slice(1) ?? []
    if (curl !== undefined) {
      const text = await (await fetch(`${gateway.adminUrl}${curl}`)).text()
      return { line, code: text.includes('switchback_shadow') ? 0 : 1, out: text }
    }
    const [command, ...argv] = words(line)
    assert.equal(command, 'switchback', line)
    const where = argv[0] === 'check' ? [gateway.dir] : ['--admin', gateway.adminUrl]
    const { code, out, error } = await runProgram({}, ...argv, ...where)
    return { line, code, out: out + error }
  }

  async function typeAll(day: string, before: (line: string) => Promise<void> | void = () => {}) {
    const typed = []
    for (const line of sectionOf(day).flatMap(linesOf)) {
      await before(line)
      typed.push(await type(line))
    }
    return typed
  }

  /** Writes the day's files as an editor does, and waits until they are in force. */
  async function save(day: string): Promise<void> {
    await gateway.edit(filesOfDay(day))
    assert.equal((await gateway.reload()).result === 'refused', false)
  }

  async function ask(): Promise<void> {
    const answer = await client(`${gateway.url}/api/search`, { 'x-user-id': String(asked++) })
    assert.equal(answer.status, 200)
    if ('currency' in JSON.parse(answer.body)) onV2++
  }

  async function users(requests: number): Promise<void> {
    for (let left = requests; left > 0; left -= atOnce) {
      await Promise.all(Array.from({ length: Math.min(left, atOnce) }, ask))
    }
  }

  /** Copies that came to their end. */
  const sent = () =>
    gateway.metric(
      'switchback_shadow_copies_total{route="search",copy="shadow",result="sent",reason="answered"}',
    )

  const compared = async () => {
    const all = await fetch(`${gateway.adminUrl}/differences/search`)
    return ((await all.json()) as { compared: number }).compared
  }

  await users(2000)
  await eventually(async () => (await sent()) === 20)
  await eventually(async () => (await compared()) === 20)
  for (const { line, code, out } of await typeAll('Day 0')) assert.equal(code, 0, `${line}\n${out}`)

  const [diff] = await typeAll('Day 1')
  assert.ok(diff !== undefined && diff.code !== 0, 'a script hears of it')
  for (const place of ['/price', '/currency']) assert.ok(diff.out.includes(place), diff.out)
  for (const noise of ['/id', '/at']) assert.ok(!diff.out.includes(`${noise} `), diff.out)

  v2.charge(1)
  for (const { line, code, out } of await typeAll('Day 2')) assert.equal(code, 0, `${line}\n${out}`)
  assert.equal(await compared(), 0)

  await save('Day 3')
  await users(200)
  await eventually(async () => (await sent()) === 220)
  await eventually(async () => (await compared()) === 200)
  assert.equal(
    (await type('switchback diff search')).code,
    0,
    'what is acknowledged does not count',
  )

  await save('Day 4')
  await eventually(async () => {
    await users(100)
    return (await type('switchback gate search_v2')).code === 0
  })
  assert.equal(onV2, 0)

  for (const { line, code, out } of await typeAll('Day 14'))
    assert.equal(code, 0, `${line}\n${out}`)
  await save('Day 14')
  await users(400)
  assert.ok(onV2 > 0 && onV2 < 100, `${onV2} of 400 users`)
  assert.deepEqual([...untyped], [], 'every line is typed')
})
