import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Page } from 'playwright-core'
import { bearing, tokenOf } from '../admin/operators.ts'
import { startBrowser } from '../support/browser.ts'
import { startScene } from '../support/console-scene.ts'
import { groupOf, logIn, titled } from './visitors.ts'

const browser = await startBrowser({ after })

/** What a tab in the background shows; it asks for nothing unless the stream tells of a change. */
async function shows(tab: Page, title: string): Promise<void> {
  await titled(tab, each => each === title)
}

async function say(page: Page, deed: 'Switch back' | 'Resume', yes: string): Promise<void> {
  await groupOf(page, 'v2_search').getByRole('button', { name: deed }).click()
  await page.getByLabel('Reason').fill('from a tab')
  await page.getByRole('button', { name: yes }).click()
}

test('however many tabs are open, each can switch back and all hear of it', async t => {
  const scene = await startScene(t)
  const { page: first } = await logIn(t, browser, scene, 'anna')
  const tabs = [first]
  await first.context().addInitScript('Object.defineProperty(document, "hidden", { value: true })')
  // A browser has six connections to one server.
  while (tabs.length < 7) {
    const tab = await first.context().newPage()
    await tab.goto(scene.adminUrl)
    await tab.getByText('● Live').waitFor()
    tabs.push(tab)
  }
  const metrics = await fetch(`${scene.adminUrl}/metrics`, { headers: bearing(tokenOf('vera')) })
  assert.match(await metrics.text(), /^switchback_event_streams 1$/m)
  await say(tabs[6] as Page, 'Switch back', 'Switch back to V1')
  await Promise.all(tabs.map(tab => shows(tab, '(1 switched back) Overview · Switchback')))

  // The tab that has the stream.
  await first.close()
  await say(tabs[6] as Page, 'Resume', 'Allow V2 again')
  await Promise.all(tabs.slice(1).map(tab => shows(tab, 'Overview · Switchback')))
})
