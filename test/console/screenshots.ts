import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { startBrowser } from '../support/browser.ts'
import { startScene } from '../support/console-scene.ts'
import { goThrough, logIn } from './visitors.ts'

/** `npm run screenshots`: each page at desktop and phone width, by day and by night, for eyes to look at. */
const dir = join(tmpdir(), 'switchback-screenshots')

/** Traffic before the first picture, so that the charts show something. */
const trafficMs = 20_000

const forms = [
  { name: 'desktop', width: 1280, height: 800 },
  { name: 'phone', width: 390, height: 844 },
]

const browser = await startBrowser({ after })

/** Most answers take little more than `quickest`, a few much more. */
function delays(quickest: number): () => number {
  return () => quickest + 60 * Math.random() ** 4
}

test('each page is drawn', async t => {
  await mkdir(dir, { recursive: true })
  const scene = await startScene(t, {
    services: { v1: { delayMs: delays(14) }, v2: { delayMs: delays(9) } },
  })
  scene.keepSending()
  await pause(trafficMs)
  const { page } = await logIn(t, browser, scene, 'otto')
  for (const { name: form, width, height } of forms) {
    await page.setViewportSize({ width, height })
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await goThrough(page, async name => {
        const path = join(dir, `${name.toLowerCase()}-${form}-${colorScheme}.png`)
        await page.screenshot({ path, fullPage: true })
      })
    }
  }
  t.diagnostic(`The pictures are in ${dir}.`)
})
