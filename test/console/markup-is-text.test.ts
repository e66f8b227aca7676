import { after, test } from 'node:test'
import { startBrowser } from '../support/browser.ts'
import { assertNothingWasRun, markup, startHostileScene } from './hostile-scene.ts'
import { goThrough, groupOf, logIn } from './visitors.ts'

const browser = await startBrowser({ after })

test('what callers, V2 and operators say stands on each page as text', async t => {
  const scene = await startHostileScene(t)
  scene.keepSending()
  const { page } = await logIn(t, browser, scene, 'otto')
  const group = groupOf(page, 'search_v2')
  await group.getByText(`by otto (${markup}): ${markup}`).waitFor()
  await groupOf(page, 'v2_migration').getByText(`for ${markup}`).first().waitFor()
  await goThrough(page, () => assertNothingWasRun(page))
  await page.goto(`${scene.adminUrl}/plain`)
  await page.getByText(markup).first().waitFor()
  await assertNothingWasRun(page)
})
