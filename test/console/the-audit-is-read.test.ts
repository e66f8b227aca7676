import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { after, type TestContext, test } from 'node:test'
import type { AuditEntry } from '../../src/fleet/stores/store.ts'
import { bearing, tokenOf } from '../admin/operators.ts'
import { assertAccessible } from '../support/axe.ts'
import { startBrowser } from '../support/browser.ts'
import { startScene } from '../support/console-scene.ts'
import { logIn } from './visitors.ts'

const browser = await startBrowser({ after })

async function visitAudit(t: TestContext) {
  const scene = await startScene(t)
  const visitor = await logIn(t, browser, scene, 'vera')
  const { page } = visitor
  const records = page.getByRole('list', { name: 'The newest first' }).locator('> li')
  async function switchBack(flag: string, note: string): Promise<void> {
    const answer = await fetch(`${scene.adminUrl}/latches/${flag}/rollback`, {
      method: 'POST',
      headers: { ...bearing(tokenOf('anna')), 'content-type': 'application/json' },
      body: JSON.stringify({ note }),
    })
    assert.equal(answer.status, 200)
  }
  return { ...visitor, scene, records, switchBack }
}

test('what happens is seen as it happens, newest first, with who, why and evidence', async t => {
  const { page, records, switchBack } = await visitAudit(t)
  await page.getByRole('link', { name: 'Audit' }).click()
  await records.filter({ hasText: 'config-applied' }).first().waitFor()
  await switchBack('v2_search', 'prices <b>are</b> wrong')
  const tripped = records.filter({ hasText: 'latch-tripped' })
  await tripped.locator('p').getByText('prices <b>are</b> wrong').waitFor()
  await tripped.getByText(/by anna on /).waitFor()
  // How fast it was, some seconds later.
  const settled = records.filter({ hasText: 'latch-settled' })
  await settled.waitFor()
  const order = await records.locator('p:first-child b').allTextContents()
  assert.ok(order.indexOf('latch-settled') < order.indexOf('latch-tripped'))
  await settled.locator('summary').click()
  await settled.getByRole('group', { name: /^Evidence of record/ }).waitFor()
  await assertAccessible(page, 'Audit with a record open')
})

test('it is narrowed to an event and a flag, which the address keeps', async t => {
  const { page, records, switchBack } = await visitAudit(t)
  await switchBack('v2_search', 'x')
  await switchBack('v2_migration', 'x')
  await page.getByRole('link', { name: 'Audit' }).click()
  await page.getByLabel('Event').selectOption('latch-tripped')
  await page.getByLabel('Flag or route').fill('SEARCH')
  const shows = () => records.locator('p:first-child').allTextContents()
  assert.deepEqual(
    (await shows()).map(text => text.trim()),
    ['latch-tripped v2_search'],
  )
  assert.equal(new URL(page.url()).search, '?event=latch-tripped&subject=SEARCH')
  await page.reload()
  await records.first().waitFor()
  assert.equal((await shows()).length, 1)
  assert.equal(await page.getByLabel('Event').inputValue(), 'latch-tripped')
})

/** Puts records behind those of the scene that nobody would wait for to happen. */
async function writeMany(scene: Awaited<ReturnType<typeof startScene>>, count: number) {
  for (let n = 0; n < count; n++) {
    await fetch(`${scene.adminUrl}/rollouts/v2_migration/${n % 2 === 0 ? 'pause' : 'continue'}`, {
      method: 'POST',
      headers: { ...bearing(tokenOf('anna')), 'content-type': 'application/json' },
      body: JSON.stringify({ note: `word ${n}` }),
    })
  }
}

test('older records are read by a button, and looked through for what is wanted', async t => {
  const { page, records, scene } = await visitAudit(t)
  await writeMany(scene, 110)
  await page.goto(`${scene.adminUrl}/console/audit`)
  await records.nth(99).waitFor()
  assert.equal(await records.count(), 100)
  await page.getByLabel('Event').selectOption('config-applied')
  await page.getByText(/^0 of \d+ records that were read; there are older ones\.$/).waitFor()
  await page.getByRole('button', { name: 'Look in older ones' }).click()
  await records.getByText('config-applied').waitFor()
  await page.getByText(/^1 of \d+ records that were read; nothing older is kept\.$/).waitFor()
  await page.getByLabel('Event').selectOption('')
  const { records: all } = await scene.read<{ records: AuditEntry[] }>('/audit?limit=1000')
  await page.getByText(`${all.length} records read; nothing older is kept.`).waitFor()
  assert.deepEqual(await records.locator('p:nth-child(2)').allTextContents(), [
    ...all.map(({ why }) => why).reverse(),
  ])
})

test('the chain is proven on demand, and a record that was changed is named', async t => {
  const { page, scene } = await visitAudit(t)
  await page.getByRole('link', { name: 'Audit' }).click()
  const prove = page.getByRole('button', { name: 'Prove the chain' })
  await prove.click()
  await page
    .getByText(/The chain of this machine is whole, from record 1 to \d+\./)
    .first()
    .waitFor()
  const db = new DatabaseSync(`${scene.dir}/.switchback/state.db`)
  db.exec(`UPDATE audit SET record = replace(record, '"why":"', '"why":"not ') WHERE seq = 1`)
  db.close()
  await prove.click()
  await page.getByText('The chain of this machine is broken at record 1').first().waitFor()
  await assertAccessible(page, 'Audit that is broken')
})
