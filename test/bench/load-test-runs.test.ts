import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { asPage } from '../../bench/load-test/report-page.ts'
import { asMarkdown } from '../../bench/load-test/report-text.ts'

const program = join(import.meta.dirname, '../../bench/load-test/run.ts')

async function run(t: TestContext, ...argv: string[]) {
  const out = await mkdtemp(join(tmpdir(), 'load-test-'))
  t.after(() => rm(out, { recursive: true, force: true }))
  const child = spawn(process.execPath, [program, '--out', out, ...argv])
  const [stdout, stderr, code] = await Promise.all([
    child.stdout.toArray(),
    child.stderr.toArray(),
    new Promise(resolve => child.once('close', resolve)),
  ])
  return { code, out, stdout: stdout.join(''), stderr: stderr.join('') }
}

test('the sample services and a gateway are loaded, and the report is written', async t => {
  const { code, out, stdout, stderr } = await run(
    t,
    '--duration',
    '300ms',
    '--rounds',
    '2',
    '--json',
  )
  // Two rounds are too few for a verdict, whatever they came to.
  assert.equal(code, 3, stderr)
  assert.match(stderr, /^round 2 of 2, gateway: .* answers\/s, p95 .* ms, \d+ failed$/m)

  const report = JSON.parse(stdout)
  assert.deepEqual(report, JSON.parse(await readFile(join(out, 'report.json'), 'utf8')))
  assert.equal(report.verdict, 'cannot-tell')
  assert.equal(report.judged.length, 6)
  const names = report.figures.map(({ target }: { target: { name: string } }) => target.name)
  assert.deepEqual(names, ['v1', 'v2', 'gateway'])
  for (const figures of report.figures) {
    // 1,000 a minute, for two rounds of 0.3 s; each is accounted for.
    assert.equal(figures.requests, 10)
    const failed = figures.failed.map(([, requests]: [string, number]) => requests)
    assert.equal(
      failed.reduce((sum: number, each: number) => sum + each, figures.good),
      10,
    )
    assert.ok(figures.good > 0)
    assert.ok(figures.p50 <= figures.p95 && figures.p95 <= figures.p999)
    if (process.platform === 'linux') assert.ok(figures.residentBytes > 2 ** 20)
  }

  const page = await readFile(join(out, 'report.html'), 'utf8')
  assert.equal([...page.matchAll(/<figure>/g)].length, 3)
  assert.doesNotMatch(page, /NaN|undefined|Infinity|<script|<link|src=/)
  const text = await readFile(join(out, 'report.md'), 'utf8')
  assert.match(text, /^Verdict: \*\*cannot tell\*\*$/m)
  assert.match(text, /^\| answered well a second \|/m)
})

test('what cannot begin says why, and ends with 2', async t => {
  const server = createServer((_, response) => response.writeHead(404).end())
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const wrong = await run(t, '--v1', `${url}/a`, '--v2', url)
  assert.equal(wrong.code, 2)
  assert.equal(
    wrong.stderr,
    `Cannot load V1: GET ${url}/a must be answered with 2xx, received 404. Name another --path, --method, --header or --body.\n`,
  )
  assert.equal((await run(t, '--profile', 'huge')).code, 2)
})

test('a report of targets that never answered can be read', () => {
  const target = { name: 'v1', url: 'http://<a>', owners: [] } as const
  const nothing = { p50: null, p95: null, p95Interval: null, p99: null, p999: null }
  const unknown = { cpuPercent: null, cpuMicrosecondsPerRequest: null, residentBytes: null }
  const dead = { timesMs: [], due: 9, good: 0, failed: { closed: 9 }, late: 0, elapsedMs: 100 }
  const report = {
    ...({ profile: 'peak', title: 'peak', facts: ['V1: http://<a>'], verdict: 'fail' } as const),
    judged: [],
    figures: [
      {
        ...({
          target,
          requests: 9,
          good: 0,
          failed: [['closed', 9]],
          ...nothing,
          ...unknown,
        } as const),
        ...{ perSecond: 0, failedShare: 1, lateShare: 0 },
      },
    ],
    loaded: [{ target, rounds: [{ ...dead, cpuMicroseconds: null, residentBytes: null }] }],
  }
  const page = asPage(report)
  assert.doesNotMatch(page, /NaN|undefined|Infinity/)
  assert.match(page, /V1 failed: closed: 9/)
  assert.match(page, /http:\/\/&lt;a&gt;/)
  assert.match(asMarkdown(report), /^\| p95 \| – \|$/m)
})
