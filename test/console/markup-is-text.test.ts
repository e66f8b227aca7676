import { after, test } from 'node:test'
import { startBrowser } from '../support/browser.ts'
import { assertNothingWasRun, markup, pointerMarkup, startHostileScene } from './hostile-scene.ts'
import { goThrough, groupOf, logIn, openPage } from './visitors.ts'

const browser = await startBrowser({ after })

test('what callers, V2 and operators say stands on each page as text', async t => {
  const scene = await startHostileScene(t)
  scene.keepSending()
  const { page } = await logIn(t, browser, scene, 'otto')
  const group = groupOf(page, 'v2_search')
  await group.getByText(`by otto (${markup}): ${markup}`).waitFor()
  await groupOf(page, 'v2_migration').getByText(`for ${markup}`).first().waitFor()
  await goThrough(page, () => assertNothingWasRun(page))
  await page.goto(`${scene.adminUrl}/plain`)
  await page.getByText(markup).first().waitFor()
  await assertNothingWasRun(page)
})

test('a JSON pointer and the values at it are text, even if the gateway let them through as they are', async t => {
  const scene = await startHostileScene(t)
  scene.keepSending(['/api/search'])
  const { page } = await logIn(t, browser, scene, 'otto')
  // By itself the gateway tells neither keys that are no plain names nor texts that are not plain.
  await page.route('**/differences', async route => {
    const answer = await route.fetch()
    const body = JSON.stringify(await answer.json(), (key, value) => {
      if (key === 'at' && value === '/price') return pointerMarkup
      return key === 'v1' || key === 'v2' ? markup : value
    })
    await route.fulfill({ response: answer, body })
  })
  await openPage(page, 'Differences')
  await page.getByRole('heading', { name: pointerMarkup }).waitFor()
  await page.getByText(markup, { exact: true }).first().waitFor()
  await assertNothingWasRun(page)
})
