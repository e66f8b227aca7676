import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startBrowser } from '../support/browser.ts'
import { startScene } from '../support/console-scene.ts'
import { flagFile } from '../support/gateway.ts'
import { groupOf, logIn } from './visitors.ts'

const browser = await startBrowser({ after })

test('a rollout is paused with a reason and let go on, and the page says who did', async t => {
  const scene = await startScene(t)
  const { page } = await logIn(t, browser, scene, 'anna')
  await page.getByRole('link', { name: 'Rollout', exact: true }).first().click()
  const rollout = groupOf(page, 'v2_migration')
  const dialog = page.getByRole('dialog')

  await rollout.getByRole('button', { name: 'Pause' }).click()
  await dialog.getByLabel('Reason (may be left empty)').fill('over the weekend')
  await dialog.getByRole('button', { name: 'Pause' }).click()
  await rollout.getByText('paused by anna: over the weekend').first().waitFor()
  await rollout.getByText('paused: a person stopped it').waitFor()

  await rollout.getByRole('button', { name: 'Continue' }).click()
  await dialog.getByRole('button', { name: 'Go on' }).click()
  await rollout.getByRole('button', { name: 'Pause' }).waitFor()
  const happened = rollout.getByRole('list', { name: 'What happened' }).getByRole('listitem')
  await happened.getByText('by anna').nth(1).waitFor()
})

test('a percentage that a hand sets is followed, also where it is none of the stages', async t => {
  const scene = await startScene(t)
  scene.keepSending(['/api/match'])
  const { page } = await logIn(t, browser, scene, 'vera')
  await page.getByRole('link', { name: 'Rollout', exact: true }).first().click()
  const rollout = groupOf(page, 'v2_migration')
  const stages = rollout.getByRole('list', { name: 'Stages of v2_migration' })
  await stages.locator('[aria-current=step]').getByText('10 %').waitFor()

  await scene.edit({ 'flags/v2_migration.json': flagFile('v2_migration', 25) })
  await stages.locator('[aria-current=step]').getByText('25 %').waitFor()
  const [first = ''] = await stages.getByRole('listitem').allInnerTexts()
  assert.match(first, /10 %\s+over/)

  await scene.edit({ 'flags/v2_migration.json': flagFile('v2_migration', 40) })
  await rollout.getByText('The flag says 40 %, which is none of the stages.').waitFor()
  assert.equal(await stages.locator('[aria-current=step]').count(), 0)
  await rollout.getByRole('list', { name: 'What happened' }).getByText(/40 %/).first().waitFor()
})

test('where no policy has a rollout the page says who moves percentages', async t => {
  const scene = await startScene(t, { careful: 'budgets: [{ signal: errors, max: 5% }]\n' })
  const { page } = await logIn(t, browser, scene, 'vera')
  await page.getByRole('link', { name: 'Rollout', exact: true }).click()
  await page.getByText(/^No policy has a rollout: percentages are moved by hand/).waitFor()
})
