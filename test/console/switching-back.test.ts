import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { AuditRecord } from '../../src/fleet/stores/store.ts'
import { startBrowser } from '../support/browser.ts'
import { startScene } from '../support/console-scene.ts'
import { groupOf, logIn } from './visitors.ts'

const browser = await startBrowser({ after })

test('an operator switches back with a reason, sees how fast it was, and resumes', async t => {
  const scene = await startScene(t)
  scene.keepSending(['/api/match'])
  const { page } = await logIn(t, browser, scene, 'anna')
  const group = groupOf(page, 'v2_migration')
  const dialog = page.getByRole('dialog')

  await group.getByRole('button', { name: 'Switch back' }).click()
  await dialog.getByText('The audit names you: anna.').waitFor()
  await dialog.getByRole('button', { name: 'Switch back to V1' }).click()
  assert.ok(await dialog.isVisible(), 'it asks for a reason')
  await dialog.getByLabel('Reason').fill('prices are wrong')
  await dialog.getByRole('button', { name: 'Switch back to V1' }).click()

  await group.getByText('Switched back: all on V1').waitFor()
  await group.getByText(/by anna: prices are wrong/).waitFor()
  await group.getByText(/The flip: switched back in \d+ ms in 1 worker here/).waitFor()
  await group.getByRole('img', { name: 'V1 100 %, V2 0 %' }).waitFor()

  await group.getByRole('button', { name: 'Resume' }).click()
  await dialog.getByLabel('Reason').fill('prices are right')
  await dialog.getByRole('button', { name: 'Allow V2 again' }).click()
  await group.getByText('Open: V2 is allowed').waitFor()

  const { records } = await scene.read<{ records: AuditRecord[] }>('/audit')
  const told = records.filter(({ event }) => /^latch-(tripped|resumed|opened)/.test(event))
  assert.deepEqual(
    told.map(({ who, why }) => [who, /prices are (wrong|right)/.exec(String(why))?.[0]]),
    [
      ['anna', 'prices are wrong'],
      ['anna', 'prices are right'],
    ],
  )
})

test('what another operator switched back meanwhile is said, and the question stays', async t => {
  const scene = await startScene(t)
  const [anna, otto] = [
    await logIn(t, browser, scene, 'anna'),
    await logIn(t, browser, scene, 'otto'),
  ]
  for (const { page } of [anna, otto]) {
    await groupOf(page, 'v2_migration').getByRole('button', { name: 'Switch back' }).click()
    await page.getByLabel('Reason').fill('late at night')
  }
  const yes = { name: 'Switch back to V1' }
  await anna.page.getByRole('button', yes).click()
  await groupOf(anna.page, 'v2_migration').getByText('by anna: late at night').waitFor()
  otto.expect(/status of 409/)
  await otto.page.getByRole('button', yes).click()
  await otto.page
    .getByRole('alert')
    .getByText(/tripped/)
    .waitFor()
})

test('the keyboard alone switches back: focus stays in the question, and Escape leaves it', async t => {
  const scene = await startScene(t)
  const { page } = await logIn(t, browser, scene, 'anna')
  const group = groupOf(page, 'v2_migration')
  const button = group.getByRole('button', { name: 'Switch back' })
  const dialog = page.getByRole('dialog')
  await button.waitFor()

  /** Tag and text of the element that has the focus. */
  const focused = (): Promise<string> =>
    page.evaluate('document.activeElement.tagName + " " + document.activeElement.textContent')
  async function tabTo(name: RegExp): Promise<void> {
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press('Tab')
      if (name.test(await focused())) return
    }
    assert.fail(`Tab must reach ${name}`)
  }

  await tabTo(/^BUTTON Switch back\s*v2_migration/)
  await page.keyboard.press('Enter')
  await dialog.waitFor()
  for (let presses = 0; presses < 8; presses++) {
    await page.keyboard.press('Tab')
    // The body has it while it is with the browser's own controls.
    const isOutside = 'document.activeElement.closest("dialog") === null'
    if (await page.evaluate(isOutside)) assert.match(await focused(), /^BODY /)
  }
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
  assert.match(await focused(), /^BUTTON Switch back\s*v2_migration/)

  await page.keyboard.press('Enter')
  await dialog.waitFor()
  // The reason has the focus from the start.
  await page.keyboard.type('the phone rang at three')
  await tabTo(/^BUTTON Switch back to V1/)
  await page.keyboard.press('Enter')
  await group.getByText(/by anna: the phone rang at three/).waitFor()
  await dialog.waitFor({ state: 'hidden' })
  assert.match(await focused(), /^H2 v2_migration/)
})
