import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { assertAccessible } from '../support/axe.ts'
import { startBrowser } from '../support/browser.ts'
import { startScene } from '../support/console-scene.ts'
import { goThrough, groupOf, logIn, openPage } from './visitors.ts'

const browser = await startBrowser({ after })

const phone = { width: 360, height: 740 }
const desktop = { width: 1280, height: 800 }

/** As somebody sees it on a phone and at a desk, by day and by night. */
async function inEachForm(page: Page, look: (form: string) => Promise<void>): Promise<void> {
  for (const size of [desktop, phone]) {
    await page.setViewportSize(size)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await look(`${size.width} px, ${colorScheme}`)
    }
  }
}

/** How far the page can be pushed sideways, in CSS pixels. */
async function assertNothingStandsOut(page: Page, what: string): Promise<void> {
  const over = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
  assert.equal(over, 0, `${what} is wider than the screen`)
}

async function assertForEverybody(page: Page, name: string): Promise<void> {
  await inEachForm(page, async form => {
    await assertAccessible(page, `${name} at ${form}`)
    await assertNothingStandsOut(page, `${name} at ${form}`)
  })
}

test('each page is for everybody, with its traffic, a flag that was switched back, and a question open', async t => {
  const scene = await startScene(t)
  scene.keepSending()
  const { page } = await logIn(t, browser, scene, 'otto')
  await goThrough(page, name => assertForEverybody(page, name))
  await page.goto(`${scene.adminUrl}/plain`)
  await assertForEverybody(page, 'the page without a script')
  await page.goto(scene.adminUrl)

  await openPage(page, 'Overview')
  const group = groupOf(page, 'v2_search')
  await group.getByRole('button', { name: 'Switch back' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  await assertForEverybody(page, 'the question')
  await dialog.getByLabel('Reason').fill('to see the page so')
  await dialog.getByRole('button', { name: 'Switch back to V1' }).click()
  await group.getByText('Switched back: all on V1').waitFor()
  await assertForEverybody(page, 'a switch back')
})
