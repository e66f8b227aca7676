import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { startBrowser } from '../support/browser.ts'
import { startScene } from '../support/console-scene.ts'
import { goThrough, groupOf, logIn, openPage } from './visitors.ts'

/**
 * `npm run screenshots`: each page at desktop and phone width, by day and by night, for eyes to look at,
 * and the two pictures of the README. Of a rollout that goes well, and then does not.
 */
const dir = join(tmpdir(), 'switchback-screenshots')
const docs = join(import.meta.dirname, '../../docs/images')

/** Traffic before the first picture, so that the charts show something. */
const trafficMs = 150_000

const careful = `
budgets:
  - { signal: errors, max: 1% }
  - { signal: latency, p95: 250ms }
  - { signal: latency, p95: 2x v1 }
rollout:
  stages:
    - { percent: 5, hold: 12h, minRequests: 2000 }
    - { percent: 25, hold: 24h, minRequests: 20000, approve: two-persons }
    - { percent: 50, hold: 48h, minRequests: 50000 }
    - { percent: 100, hold: 7d }
`

const desktop = { name: 'desktop', width: 1280, height: 960 }
const phone = { name: 'phone', width: 390, height: 844 }

const browser = await startBrowser({ after })

/** Most answers take little more than `quickest`, a few much more. */
function delays(quickest: number): () => number {
  return () => quickest + 40 * Math.random() ** 4
}

async function inEachForm(page: Page, look: (form: string) => Promise<void>): Promise<void> {
  for (const { name, ...size } of [desktop, phone]) {
    await page.setViewportSize(size)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await look(`${name}-${colorScheme}`)
    }
  }
}

async function acknowledgeAll(page: Page): Promise<void> {
  await openPage(page, 'Differences')
  for (const place of ['/currency', '/price']) {
    await page.getByRole('button', { name: `Acknowledge ${place}` }).click()
    await page.getByLabel('Reason').fill('agreed with the shop')
    await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
  }
}

test('each page is drawn', async t => {
  for (const each of [dir, docs]) await mkdir(each, { recursive: true })
  const scene = await startScene(t, {
    services: { v1: { delayMs: delays(24) }, v2: { delayMs: delays(15) } },
    careful,
    percent: 25,
    machine: 'gateway-1',
  })
  scene.keepSending()
  await pause(trafficMs)
  const { page } = await logIn(t, browser, scene, 'otto')
  const draw = (name: string) => page.screenshot({ path: join(dir, `${name}.png`), fullPage: true })

  await inEachForm(page, form =>
    goThrough(page, async name => void (await draw(`${name.toLowerCase()}-${form}`))),
  )
  await page.setViewportSize(desktop)
  await page.emulateMedia({ colorScheme: 'light' })
  await acknowledgeAll(page)
  await openPage(page, 'Overview')
  await page.getByText('none is exceeded').waitFor()
  await page.screenshot({ path: join(docs, 'overview.png') })

  scene.failV2()
  const group = groupOf(page, 'v2_migration')
  await group.getByText('The flip:').waitFor()
  await group.getByText(/validation V1: done/).waitFor()
  await inEachForm(page, async form => void (await draw(`switched-back-${form}`)))
  // The phone in the dark.
  await page.screenshot({ path: join(docs, 'switched-back.png') })
  t.diagnostic(`The pictures are in ${dir}, those of the README in ${docs}.`)
})
