import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { dashboard, deployed, type Panel } from './asked.ts'

const { panels, templating } = dashboard
const rows = panels.filter(({ type }) => type === 'row')
const drawn = panels.filter(({ type }) => type !== 'row')

function overlap({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
}

test('panels have ids of their own and stand side by side within 24 columns', () => {
  assert.ok(rows.length > 5 && drawn.length > 40)
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length)
  for (const panel of panels) {
    const { x, y, w, h } = panel.gridPos
    assert.ok(x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= 24, panel.title)
    const others = panels.filter(other => other !== panel && overlap(panel, other))
    assert.deepEqual(
      others.map(({ title }) => title),
      [],
      panel.title,
    )
  }
})

test('every panel has a title of its own, says what it shows, and asks the chosen data source', () => {
  assert.equal(new Set(panels.map(({ title }) => title)).size, panels.length)
  const chosen = '{datasource}'
  const source = { type: 'prometheus', uid: `$${chosen}` }
  for (const { title, type, description = '', datasource, targets = [] } of drawn) {
    assert.match(type, /^(stat|timeseries|state-timeline)$/, title)
    assert.ok(description.length > 10, title)
    assert.deepEqual(datasource, source, title)
    assert.ok(targets.length > 0, title)
    assert.equal(new Set(targets.map(({ refId }) => refId)).size, targets.length, title)
    for (const { expr, datasource } of targets) {
      assert.notEqual(expr, '', title)
      assert.deepEqual(datasource, source, title)
    }
  }
})

test('every variable that is used is there, and every one that is there is used', () => {
  const text = JSON.stringify(panels)
  const ours = [...text.matchAll(/\$\{?([a-z]\w*)/g)].map(([, name]) => name)
  const there = templating.list.map(({ name }) => name)
  assert.deepEqual([...new Set(ours)].sort(), [...there].sort())
})

test('rates go by the interval of the data source', () => {
  for (const { title, targets = [] } of drawn) {
    for (const { expr } of targets) {
      for (const [, range] of expr.matchAll(/\[([^\]]+)\]/g)) {
        assert.equal(range, '$__rate_interval', title)
      }
    }
  }
})

test('Grafana is told of the data source and of the folder with the dashboard', async () => {
  const read = async (file: string) =>
    parse(await readFile(join(deployed, 'grafana/provisioning', file), 'utf8'))
  const { datasources } = await read('datasources/prometheus.yaml')
  const { jsonData, ...source } = datasources[0]
  assert.equal(source.type, 'prometheus')
  const { global } = parse(await readFile(join(deployed, 'prometheus/prometheus.yaml'), 'utf8'))
  assert.equal(jsonData.timeInterval, global.scrape_interval)
  const { providers } = await read('dashboards/switchback.yaml')
  assert.match(providers[0].options.path, /^\//)
})
