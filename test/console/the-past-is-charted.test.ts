import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Locator } from 'playwright-core'
import { assertAccessible } from '../support/axe.ts'
import { startBrowser } from '../support/browser.ts'
import { startScene } from '../support/console-scene.ts'
import { groupOf, logIn } from './visitors.ts'

const browser = await startBrowser({ after })

/** What is used of a canvas: tests have no types of browsers. */
interface Canvas {
  readonly width: number
  readonly height: number
  getContext(kind: '2d'): {
    getImageData(...box: number[]): { readonly data: Uint8ClampedArray }
  }
}

/** How many points of a canvas have about the colour that a custom property stands for at the moment. */
async function pointsOf(canvas: Locator, property: string): Promise<number> {
  const colour = await canvas
    .page()
    .evaluate(
      `(probe => { probe.style.color = 'var(${property})'; const { color } = getComputedStyle(probe); probe.remove(); return color })(document.body.appendChild(document.createElement('i')))`,
    )
  const [red = 0, green = 0, blue = 0] = String(colour).match(/\d+/g)?.map(Number) ?? []
  return canvas.evaluate(
    (element, wanted) => {
      const drawn = element as unknown as Canvas
      const { data } = drawn.getContext('2d').getImageData(0, 0, drawn.width, drawn.height)
      let points = 0
      for (let at = 0; at < data.length; at += 4) {
        const off = wanted.map((value, nth) => Math.abs((data[at + nth] ?? 0) - value))
        // Lines have soft edges.
        if ((data[at + 3] ?? 0) > 200 && Math.max(...off) < 40) points++
      }
      return points
    },
    [red, green, blue],
  )
}

test('a switch back is seen in the charts, in their sentences and in their numbers', async t => {
  const scene = await startScene(t)
  scene.keepSending(['/api/match'])
  const { page } = await logIn(t, browser, scene, 'vera')
  const group = groupOf(page, 'v2_migration')
  const canvas = group.locator('canvas')
  await canvas.nth(2).waitFor()
  assert.equal(await canvas.count(), 3)
  await group
    .getByText(/^Requests in the last 15.min: V1 [\d,]*[1-9][\d,]*, V2 [\d,]*[1-9]/)
    .waitFor()
  scene.failV2()
  await group.getByText('Switched back: all on V1').waitFor()
  await group.getByText('What happened in the last 15 min: 1').click()
  await group
    .getByText(/v2_migration: all traffic is back on V1\. \d+ of \d+ answers failed/)
    .waitFor()
  await group.getByText('The numbers of these charts').click()
  const table = group.getByRole('region', { name: 'Numbers of the last 15 min' })
  // V2 failed in one slot, and was asked for nothing in the next.
  await table.getByRole('cell', { name: '0/s', exact: true }).first().waitFor()
  await group.getByText(/^Errors in the last 15.min: V1 none, V2 [\d.]+.% \(\d+\)\.$/).waitFor()
  for (const colour of ['--v1', '--v2']) {
    assert.ok((await pointsOf(canvas.first(), colour)) > 20, colour)
  }
  // It stands where its slot is told, which may be one answer later.
  for (let answers = 0; (await pointsOf(canvas.first(), '--alarm')) <= 5; answers++) {
    assert.ok(answers < 5, 'the mark of the switch back')
    await page.waitForResponse(/\/series\?/)
  }
  await assertAccessible(page, 'the overview with its numbers')
})

test('how far back and which percentile are chosen by buttons, and the span stands in the address', async t => {
  const scene = await startScene(t)
  scene.keepSending(['/api/match'])
  const { page } = await logIn(t, browser, scene, 'vera')
  const group = groupOf(page, 'v2_migration')
  await group.getByRole('button', { name: '1 h', exact: true }).click()
  await group.getByText(/^Requests in the last 1.h: /).waitFor()
  await group.getByRole('button', { name: 'p50' }).click()
  await group.getByText(/^p50 over the last 1.h: V1 /).waitFor()
  assert.match(page.url(), /\?for=1h$/)
  await page.reload()
  await group.getByRole('button', { name: '1 h', exact: true, pressed: true }).waitFor()
  await group.getByText(/^p95 over the last 1.h: /).waitFor()
})

test('charts follow the light and the dark of the system', async t => {
  const scene = await startScene(t)
  scene.keepSending(['/api/match'])
  const { page } = await logIn(t, browser, scene, 'vera')
  const group = groupOf(page, 'v2_migration')
  const canvas = group.locator('canvas').first()
  await group.getByText(/^Requests in the last 15.min: V1 [\d,]*[1-9]/).waitFor()
  for (const colorScheme of ['dark', 'light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    while ((await pointsOf(canvas, '--v1')) < 5) await page.waitForTimeout(50)
  }
})
