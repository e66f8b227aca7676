import { after, test } from 'node:test'
import { tokenOf } from '../admin/operators.ts'
import { startBrowser } from '../support/browser.ts'
import { startScene } from '../support/console-scene.ts'
import { groupOf, logIn } from './visitors.ts'

const browser = await startBrowser({ after })

test('after a login in another tab a page says who acts now, before they do', async t => {
  const scene = await startScene(t)
  const { page, expect } = await logIn(t, browser, scene, 'anna')
  expect(/status of 403/)
  await groupOf(page, 'v2_search').getByRole('button', { name: 'Switch back' }).click()
  await page.getByLabel('Reason').fill('whoever I am')
  await page.context().request.post(`${scene.adminUrl}/login`, { data: { token: tokenOf('otto') } })

  const yes = page.getByRole('button', { name: 'Switch back to V1' })
  await yes.click()
  await page.getByText(/^You logged in anew in another tab\./).waitFor()
  await page.getByRole('banner').getByText('otto').waitFor()
  await yes.click()
  await groupOf(page, 'v2_search').getByText('Switched back: all on V1').waitFor()
  await groupOf(page, 'v2_search').getByText('otto', { exact: true }).waitFor()
})
