import assert from 'node:assert/strict'
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

test('whose login is over while they write a reason logs in in another tab, and goes on', async t => {
  const scene = await startScene(t)
  const { page, expect } = await logIn(t, browser, scene, 'otto')
  expect(/status of 401/)
  const group = groupOf(page, 'v2_search')
  await group.getByRole('button', { name: 'Switch back' }).click()
  await page.getByLabel('Reason').fill('prices are wrong')
  await scene.edit({ 'switchback.yaml': scene.processFor(['vera']) })
  await page.getByRole('alert').getByText('Your login is over: what stands here').waitFor()
  const yes = page.getByRole('button', { name: 'Switch back to V1' })
  await yes.click()
  await scene.edit({ 'switchback.yaml': scene.processFor(['vera', 'otto']) })
  assert.notEqual((await scene.reload()).result, 'refused')

  const opened = page.context().waitForEvent('page')
  await page.getByRole('link', { name: 'Log in in another tab' }).click()
  const other = await opened
  await other.getByLabel('Token').fill(tokenOf('otto'))
  await other.keyboard.press('Enter')
  await other.getByText('● Live').waitFor()
  // A browser without a screen takes every tab for the one that somebody looks at.
  await page.evaluate("dispatchEvent(new Event('focus'))")
  await page.getByText('● Live').waitFor()
  await yes.click()
  await group.getByText('Switched back: all on V1').waitFor()
  await group.getByText(/by otto: prices are wrong/).waitFor()
})
