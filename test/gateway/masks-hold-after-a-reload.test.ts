import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { RouteDifferences } from '../../src/shadow/finding.ts'
import { eventually } from '../fleet/eventually.ts'
import { configDir, testProcess } from '../support/gateway.ts'
import { createClient } from '../support/http.ts'
import { type Answerer, startShadowed } from './shadowed.ts'

const says =
  (colour: string, size: string): Answerer =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ list: [{ colour, size }] }))
  }

test('what a reload masks is not sampled any more, and is taken out of what was kept', async t => {
  const storeDir = await configDir(t, {})
  const shadowed = await startShadowed(t, {
    process: `${testProcess}store: { dir: ${storeDir} }\n`,
    v1: says('teal', 'small'),
    v2: says('crimson', 'large'),
  })
  const get = createClient(t)
  const told = async (): Promise<RouteDifferences> => {
    const answer = await fetch(`${shadowed.adminUrl}/differences/main?all=true`)
    return (await answer.json()) as RouteDifferences
  }
  const samplesAt = async (at: string) => {
    const { findings } = await told()
    const finding = findings.find(each => each.at === at) ?? assert.fail(`no ${at} was found`)
    return finding.samples.map(({ v1, v2 }) => [v1, v2])
  }
  const stored = async () => {
    const names = await readdir(storeDir)
    const texts = names.map(name => readFile(join(storeDir, name), 'latin1'))
    return (await Promise.all(texts)).join('\n')
  }

  await get(shadowed.url)
  await eventually(async () => (await told()).compared === 1)
  assert.deepEqual(await samplesAt('/list/*/colour'), [['"teal"', '"crimson"']])
  await eventually(async () => (await stored()).includes('crimson'))

  await shadowed.edit(shadowed.filesWith('{ noise: 0%, mask: [/list/0/colour] }'))
  assert.notEqual((await shadowed.reload()).result, 'refused')
  assert.deepEqual(await samplesAt('/list/*/colour'), [])
  assert.deepEqual(await samplesAt('/list/*/size'), [['"small"', '"large"']])
  assert.equal((await told()).compared, 1)

  await get(shadowed.url)
  await eventually(async () => (await told()).compared === 2)
  assert.equal((await samplesAt('/list/*/size')).length, 2)
  assert.deepEqual(await samplesAt('/list/*/colour'), [['‹string, 4›', '‹string, 7›']])
})

test('a reload that gives comparing no CPU takes effect', async t => {
  const shadowed = await startShadowed(t)
  const get = createClient(t)
  await shadowed.edit(shadowed.filesWith('{ noise: 0%, maxCpu: 0% }'))
  assert.notEqual((await shadowed.reload()).result, 'refused')
  await get(shadowed.url)
  const busy =
    'switchback_shadow_comparisons_total{route="main",copy="shadow",verdict="not-compared",reason="busy"}'
  await eventually(async () => (await shadowed.metric(busy)) === 1)
})
