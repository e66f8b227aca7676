import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { AuditRecord } from '../../src/fleet/stores/store.ts'
import { startBrowser, type Visitor } from '../support/browser.ts'
import { startScene } from '../support/console-scene.ts'
import { groupOf, logIn, openPage } from './visitors.ts'

const browser = await startBrowser({ after })

async function agree({ page }: Visitor, why: string): Promise<void> {
  await page.getByRole('button', { name: 'Agree to go on' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Reason').fill(why)
  await dialog.getByRole('button', { name: 'Agree', exact: true }).click()
}

test('a stage that wants two persons is left when the second one agrees, in a browser of their own', async t => {
  const scene = await startScene(t)
  // So many that the budget passes on the tenth of them that V2 gets.
  await scene.send(1200, ['/api/match'])
  scene.keepSending(['/api/match'])
  const [otto, pia] = [
    await logIn(t, browser, scene, 'otto'),
    await logIn(t, browser, scene, 'pia'),
  ]
  for (const { page } of [otto, pia]) await openPage(page, 'Rollout')
  const groups = [groupOf(otto.page, 'v2_migration'), groupOf(pia.page, 'v2_migration')] as const

  for (const group of groups) await group.getByText(/^10 % → 25 %/).waitFor()
  await agree(otto, 'the budgets pass')
  await groups[1]
    .getByText(/agreed by otto/)
    .first()
    .waitFor()
  // Once more is not a second person.
  otto.expect(/status of 409/)
  await agree(otto, 'I am in a hurry')
  await otto.page
    .getByRole('alert')
    .getByText(/second person must agree .*; this one has already/)
    .waitFor()
  await otto.page.keyboard.press('Escape')
  for (const group of groups)
    await group
      .getByText(/10 % → 25 %/)
      .first()
      .waitFor()

  await agree(pia, 'so do the figures of the shop')
  for (const group of groups) await group.getByText(/^25 % → 50 %/).waitFor()

  const { records } = await scene.read<{ records: AuditRecord[] }>('/audit')
  const words = records.filter(({ event }) => event === 'rollout-word')
  assert.deepEqual(
    words.map(({ who, why }) => [who, why]),
    [
      ['otto', 'agreed to go on from 10 % to 25 %: the budgets pass'],
      ['pia', 'agreed to go on from 10 % to 25 %: so do the figures of the shop'],
    ],
  )
})
