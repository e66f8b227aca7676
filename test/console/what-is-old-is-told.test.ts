import { after, test } from 'node:test'
import { startBrowser } from '../support/browser.ts'
import { startScene } from '../support/console-scene.ts'
import { flagFile } from '../support/gateway.ts'
import { groupOf, logIn, titled } from './visitors.ts'

const browser = await startBrowser({ after })

test('a gateway that does not answer is told of, with the moment that the page is from', async t => {
  const scene = await startScene(t)
  const { page, expect } = await logIn(t, browser, scene, 'vera')
  const alert = page.getByRole('alert')
  await page.getByRole('img', { name: 'V1 90 %, V2 10 %' }).waitFor()

  expect(/ERR_INTERNET_DISCONNECTED/)
  await page.context().setOffline(true)
  await alert
    .getByText(/^The gateway does not answer\. What stands here is of \d\d:\d\d:\d\d/)
    .waitFor()
  await page.getByText('✕ No connection').waitFor()
  await titled(page, title => title.startsWith('(no connection) '))
  // What was heard last still stands there.
  await page.getByRole('img', { name: 'V1 90 %, V2 10 %' }).waitFor()

  await scene.edit({ 'flags/v2_migration.json': flagFile('v2_migration', 30) })
  await page.context().setOffline(false)
  await page.getByRole('img', { name: 'V1 70 %, V2 30 %' }).waitFor()
  await page.getByText('● Live').waitFor()
  await alert.waitFor({ state: 'hidden' })
})

test('whose token is withdrawn is told so, and can log in again', async t => {
  const scene = await startScene(t)
  const { page, expect } = await logIn(t, browser, scene, 'otto')
  expect(/status of 401/)
  await scene.edit({ 'switchback.yaml': scene.processFor(['vera']) })
  await page.getByRole('alert').getByText('Your login is over').waitFor()
  await titled(page, title => title.startsWith('(logged out) '))
  await page.getByRole('link', { name: 'Log in again' }).click()
  await page.getByLabel('Token').waitFor()
})

test('a tab in the background shows in its title that a flag is switched back', async t => {
  const scene = await startScene(t)
  const [anna, vera] = [
    await logIn(t, browser, scene, 'anna'),
    await logIn(t, browser, scene, 'vera'),
  ]
  await groupOf(anna.page, 'v2_search').getByRole('button', { name: 'Switch back' }).click()
  await anna.page.getByLabel('Reason').fill('for the title')
  await anna.page.getByRole('button', { name: 'Switch back to V1' }).click()
  await titled(vera.page, title => title === '(1 switched back) Overview · Switchback')
  await vera.page
    .getByRole('status')
    .getByText(/v2_search/)
    .waitFor({ state: 'attached' })
})

test('whose role is another by now has the buttons of that role, without a reload', async t => {
  const scene = await startScene(t)
  const { page } = await logIn(t, browser, scene, 'otto')
  const button = groupOf(page, 'v2_search').getByRole('button', { name: 'Switch back' })
  await button.waitFor()
  const files = scene.processFor(['vera', 'otto'])
  await scene.edit({ 'switchback.yaml': files.replaceAll('approver', 'viewer') })
  await button.waitFor({ state: 'hidden' })
  await scene.edit({ 'switchback.yaml': files })
  await button.waitFor()
})
