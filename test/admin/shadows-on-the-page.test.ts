import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ShadowedRoute } from '../../src/fleet/gateway-status.ts'
import type { Gate } from '../../src/rollout/gate.ts'
import { startAdmin } from './admin-parts.ts'

const gate: Gate = {
  flag: 'v2_migration',
  state: 'closed',
  isLive: false,
  signal: null,
  text: 'mismatch max 0.5% of match: 12 of 12 pairs differed',
  experiments: [],
  budgets: [],
}
const shadowed: ShadowedRoute = {
  route: 'match',
  shadow: { eligible: 230, sent: 217, dropped: { 'in-flight': 10 }, failed: { timeout: 3 } },
  noise: { eligible: 11, sent: 11, dropped: {}, failed: {} },
  compared: 214,
  notCompared: 3,
  mismatchRate: 0.0123,
  real: 1,
  worst: 'V2 has another value at /price',
}

test('the page shows gates and shadows', async t => {
  const { ask, shown } = await startAdmin(t)
  shown.gates = [gate]
  shown.shadows = [shadowed, { ...shadowed, route: 'search', mismatchRate: null, worst: null }]
  const { text } = await ask('GET', '/plain')
  for (const part of [
    /<td>v2_migration<td><b class="bad">closed<\/b><td>mismatch max 0\.5% of match: 12 of 12/,
    /<tr class="bad"><td>match<td>217<td>10 in-flight<td>3 timeout<td>214 \(3 not\)<td>1\.23 %<td>V2 has another value at \/price/,
    /<tr><td>search<td>.*<td>–<td>none/,
  ]) {
    assert.match(text, part)
  }
})

test('a page without them has no such heading', async t => {
  const { ask } = await startAdmin(t)
  const { text } = await ask('GET', '/plain')
  assert.doesNotMatch(text, /<h2>(Gates|Shadows)/)
})

test('no name that V2 chose becomes part of the page', async t => {
  const { ask, shown } = await startAdmin(t)
  const evil = `/<img src=x onerror="alert('1')">&`
  shown.gates = [{ ...gate, text: evil }]
  shown.shadows = [{ ...shadowed, worst: evil }]
  const { text } = await ask('GET', '/plain')
  assert.ok(!text.includes('<img'))
  assert.equal(
    text.split('&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;').length,
    3,
  )
})
