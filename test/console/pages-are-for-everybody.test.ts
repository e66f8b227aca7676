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

/** How far the page can be pushed sideways, in CSS pixels. */
async function assertNothingStandsOut(page: Page, what: string): Promise<void> {
  const over = await page.evaluate(
    'document.documentElement.scrollWidth - document.documentElement.clientWidth',
  )
  assert.equal(over, 0, `${what} is wider than the screen`)
}

/** As somebody sees it at a desk and on a phone, by day and by night. */
async function assertForEverybody(page: Page, name: string): Promise<void> {
  for (const size of [desktop, phone]) {
    const what = `${name} at ${size.width} px`
    await page.setViewportSize(size)
    await page.emulateMedia({ colorScheme: 'light' })
    await assertAccessible(page, what)
    await assertNothingStandsOut(page, what)
    await page.emulateMedia({ colorScheme: 'dark' })
    await assertAccessible(page, `${what} in the dark`, 'colours')
  }
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
