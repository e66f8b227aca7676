import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { alerts, deployed } from './asked.ts'
import { promtool } from './promtool.ts'

const root = join(deployed, '..')
const prometheus = join(deployed, 'prometheus')
const tests = (await readdir(join(prometheus, 'tests'))).map(file =>
  join(prometheus, 'tests', file),
)

async function accepts(...args: string[]): Promise<void> {
  const { code, output } = await promtool(args)
  assert.equal(code, 0, output)
}

test('promtool finds nothing wrong with rules and configuration', async () => {
  const rules = (await readdir(join(prometheus, 'rules'))).map(file =>
    join(prometheus, 'rules', file),
  )
  await accepts('check', 'rules', '--lint-fatal', ...rules)
  await accepts('check', 'config', join(prometheus, 'prometheus.yaml'))
})

test('each rule says just above its limit what it does not say just below', async () => {
  await accepts('test', 'rules', ...tests)
})

test('each alert is tested where it fires and where it waits or does not', async () => {
  const seen = new Map<string, Set<string>>()
  for (const file of tests) {
    const { tests: cases } = parse(await readFile(file, 'utf8')) as {
      tests: { promql_expr_test: { expr: string; exp_samples: { labels: string }[] }[] }[]
    }
    for (const { expr, exp_samples } of cases.flatMap(each => each.promql_expr_test)) {
      const [, alert] = /alertname="(\w+)"/.exec(expr) ?? []
      if (alert === undefined) continue
      const states = seen.get(alert) ?? new Set()
      seen.set(alert, states)
      for (const { labels } of exp_samples) {
        states.add(/alertstate="(\w+)"/.exec(labels)?.[1] ?? '')
      }
    }
  }
  for (const { alert = '', ...rule } of alerts) {
    assert.ok(seen.get(alert)?.has('firing'), `${alert} fires in a test`)
    if ('for' in rule) {
      assert.ok(seen.get(alert)?.has('pending'), `${alert} waits in a test`)
    }
  }
})

test('each alert says how bad it is and where to read on, and that page speaks of it', async () => {
  const index = await readFile(join(root, 'docs/runbooks/README.md'), 'utf8')
  const linked = new Set<string>()
  for (const { alert = '', labels = {}, annotations = {} } of alerts) {
    assert.match(labels.severity ?? '', /^(critical|warning)$/, alert)
    for (const text of [annotations.summary, annotations.description]) {
      assert.match(text ?? '', /^\S.*\.$/, alert)
    }
    const file = annotations.runbook_url ?? ''
    const page = await readFile(join(root, file), 'utf8')
    assert.ok(page.includes(`\`${alert}\``), `${file} names ${alert}`)
    const name = file.slice('docs/runbooks/'.length)
    linked.add(name)
    const row = index.split('\n').find(line => line.startsWith(`| \`${alert}\` |`)) ?? ''
    assert.ok(row.includes(`| ${labels.severity} | `) && row.includes(`](${name})`), row || alert)
  }
  const pages = await readdir(join(root, 'docs/runbooks'))
  const others = pages.filter(page => !linked.has(page))
  assert.deepEqual(others.sort(), ['README.md', 'deploy.md', 'roll-back.md'])
})
