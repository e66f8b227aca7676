import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { runProgram } from '../cli/run-program.ts'
import { eventually } from '../fleet/eventually.ts'
import { sendJson } from '../gateway/noisy-shop.ts'
import { startGateway } from '../support/gateway.ts'
import { createClient, startUpstream } from '../support/http.ts'

const docs = join(import.meta.dirname, '../../docs')
const page = await readFile(join(docs, 'shadow.md'), 'utf8')

/** A code block of the page: a file to write, or lines to type. */
interface Block {
  readonly day: string
  readonly file: string | null
  readonly code: string
}

/** The blocks of the tutorial in their order; what is printed, which has no language, is left out. */
function tutorial(): Block[] {
  const [, days = ''] = /^## Two weeks\n([\s\S]*?)^## /m.exec(page) ?? []
  return days.split(/^### (?=Day )/m).flatMap(section => {
    const [, day = ''] = /^(Day \d+)/.exec(section) ?? []
    const found = section.matchAll(/(?:`(\S+\.json)`:\n\n)?^```(\w+)\n([\s\S]*?)^```/gm)
    return [...found].map(([, json, language, code = '']) => ({
      day,
      file: language === 'yaml' ? (/^# (\S+)/.exec(code)?.[1] ?? null) : (json ?? null),
      code,
    }))
  })
}

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

test('the two weeks work as they are typed', async t => {
  const [v1, v2] = await Promise.all([startSearch(t, 'v1'), startSearch(t, 'v2')])
  v2.charge(1.01)
  const here = (code: string) =>
    code.replace('http://127.0.0.1:5062', v1.url).replace('http://127.0.0.1:5070', v2.url)
  const blocks = tutorial()
  const filesOf = (day: string) =>
    Object.fromEntries(
      blocks.flatMap(each =>
        each.day === day && each.file !== null ? [[each.file, here(each.code)]] : [],
      ),
    )
  const gateway = await startGateway(t, filesOf('Day 0'))
  const client = createClient(t)
  let asked = 0
  let onV2 = 0

  /** What a day lets be typed, in its order, each with its exit code. */
  async function type(line: string) {
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
    for (const { code } of blocks.filter(each => each.day === day && each.file === null)) {
      for (const line of code.trimEnd().split('\n')) {
        await before(line)
        typed.push(await type(line))
      }
    }
    return typed
  }

  /** Writes the day's files as an editor does, and waits until they are in force. */
  async function save(day: string): Promise<void> {
    await gateway.edit(filesOf(day))
    assert.equal((await gateway.reload()).result === 'refused', false)
  }

  async function users(requests: number): Promise<void> {
    for (let sent = 0; sent < requests; sent++) {
      const answer = await client(`${gateway.url}/api/search`, { 'x-user-id': String(asked++) })
      assert.equal(answer.status, 200)
      if ('currency' in JSON.parse(answer.body)) onV2++
    }
  }

  /** Copies that came to their end. */
  const sent = () =>
    gateway.metric(
      'switchback_shadow_total{route="search",copy="shadow",result="sent",reason="answered"}',
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
})

/** A command line as a shell reads it, with single quotes. */
function words(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
}

test('every page and every place that the page links is there', async () => {
  const anchors = [...page.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  )
  const links = [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link as string)
  assert.ok(links.length > 5)
  for (const link of new Set(links)) {
    if (link.startsWith('#')) assert.ok(anchors.includes(link.slice(1)), link)
    else await access(join(docs, link))
  }
})

/** The words of a closed union as its source lists them. */
async function wordsOf(file: string, union: string): Promise<string[]> {
  const source = await readFile(join(docs, '..', file), 'utf8')
  const [, body = ''] = new RegExp(`export type ${union} =\\n((?:  \\|.*\\n)+)`).exec(source) ?? []
  return [...body.matchAll(/\| '([\w-]+)'/g)].map(([, word]) => word as string)
}

for (const [file, union] of [
  ['src/shadow/difference.ts', 'DifferenceKind'],
  ['src/shadow/difference.ts', 'NotCompared'],
  ['src/shadow/account.ts', 'DropReason'],
] as const) {
  test(`the page explains every word of ${union}`, async () => {
    const all = await wordsOf(file, union)
    assert.ok(all.length > 3)
    for (const word of all) assert.match(page, new RegExp(`^\\| \`${word}\` \\|`, 'm'))
  })
}

for (const [what, file, list, told] of [
  ['header', 'copy-headers.ts', 'credentials', /^Known as credentials are the headers ([^.]*)\./m],
  ['parameter', 'copy-query.ts', 'secret', /^Known as such are the query parameters ([^.]*)\./m],
] as const) {
  test(`the page names every ${what} that is known as a credential, and no other`, async () => {
    const source = await readFile(join(docs, '../src/shadow', file), 'utf8')
    const [, listed = ''] = new RegExp(`const ${list}.*= \\[\n([^\\]]*)\\]`).exec(source) ?? []
    const namesIn = (text: string, quote: string) =>
      [...text.matchAll(new RegExp(`${quote}([\\w-]+)${quote}`, 'g'))].map(([, name]) => name)
    assert.ok(namesIn(listed, "'").length > 5)
    assert.deepEqual(namesIn(told.exec(page)?.[1] ?? '', '`'), namesIn(listed, "'"))
  })
}
