import assert from 'node:assert/strict'
import { after, type TestContext, test } from 'node:test'
import { bearing, tokenOf } from '../admin/operators.ts'
import { assertAccessible } from '../support/axe.ts'
import { startBrowser } from '../support/browser.ts'
import { startScene } from '../support/console-scene.ts'
import { logIn } from './visitors.ts'

const browser = await startBrowser({ after })

const everything = 'Noise, and what was acknowledged, too'

/** Before what a route of which V2 answers otherwise shows, once that is proven. */
async function visitDifferences(t: TestContext, who: string) {
  const scene = await startScene(t)
  scene.keepSending(['/api/search'])
  const visitor = await logIn(t, browser, scene, who)
  const { page } = visitor
  await page.getByRole('link', { name: 'Differences' }).click()
  const route = page.getByRole('region', { name: 'search', exact: true })
  const findingAt = (place: string) =>
    route.getByRole('listitem').filter({ has: page.getByRole('heading', { name: place }) })
  const price = findingAt('/price')
  await price.getByText('Real').waitFor()
  return { ...visitor, scene, route, price, findingAt, dialog: page.getByRole('dialog') }
}

test('a difference is told with its place, how sure it is, and what both versions say', async t => {
  const { page, route, price } = await visitDifferences(t, 'vera')
  await price.getByText(/V2 has another value at \/price in \d+ of \d+ pairs/).waitFor()
  const [v1, v2] = await price.locator('.sample').first().locator('dd').allTextContents()
  assert.deepEqual([v1, v2], ['49.9', '50.4'])
  await route.getByText('Gate on mismatches:').waitFor()
  assert.deepEqual(
    (await route.getByRole('button').allTextContents()).filter(name => name !== ''),
    [],
    'a viewer only looks',
  )
  await assertAccessible(page, 'Differences')
})

test('an operator acknowledges a difference with a reason, sees it go, and counts it again', async t => {
  const { page, route, price, dialog, scene } = await visitDifferences(t, 'anna')
  await price.getByRole('button', { name: 'Acknowledge /price of search' }).click()
  await dialog.getByRole('button', { name: 'Acknowledge' }).click()
  assert.ok(await dialog.isVisible(), 'it asks for a reason')
  await dialog.getByLabel('Reason').fill('prices are <b>rounded</b>')
  await dialog.getByRole('button', { name: 'Acknowledge' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await price.waitFor({ state: 'detached' })
  assert.match(await page.evaluate('document.activeElement.textContent'), /^search$/)

  await page.getByLabel(everything).check()
  assert.equal(new URL(page.url()).search, '?all=true')
  await price.getByText('✓ Acknowledged', { exact: true }).waitFor()
  await price.getByText('acknowledged by anna: prices are <b>rounded</b>').waitFor()
  await assertAccessible(page, 'what was acknowledged')

  await price.getByRole('button', { name: 'Count again /price of search' }).click()
  await dialog.getByLabel('Reason').fill('they are not')
  await dialog.getByRole('button', { name: 'Count again' }).click()
  await price.getByRole('button', { name: 'Acknowledge' }).waitFor()
  await page.getByLabel(everything).uncheck()
  await route.getByRole('heading', { name: '/price' }).waitFor()

  const { records } = await scene.read<{ records: { event: string; who: string }[] }>('/audit')
  assert.deepEqual(
    records.filter(({ event }) => event.startsWith('difference')).map(each => each.who),
    ['anna', 'anna'],
  )
})

test('what somebody else says to a difference is seen', async t => {
  const { page, price, scene } = await visitDifferences(t, 'vera')
  await page.getByLabel(everything).check()
  const answer = await fetch(`${scene.adminUrl}/differences/search/acknowledge`, {
    method: 'POST',
    headers: { ...bearing(tokenOf('otto')), 'content-type': 'application/json' },
    body: JSON.stringify({ part: 'body', at: '/price', kind: 'value', why: 'meant' }),
  })
  assert.equal(answer.status, 200)
  await price.getByText('acknowledged by otto: meant').waitFor()
})

test('an operator forgets what a route showed', async t => {
  const { page, route, dialog, scene } = await visitDifferences(t, 'anna')
  await route.getByRole('button', { name: 'Forget all of search' }).click()
  await dialog.getByText('nothing brings it back').waitFor()
  await dialog.getByLabel('Reason').fill('V2 is mended')
  await dialog.getByRole('button', { name: 'Forget all' }).click()
  await dialog.waitFor({ state: 'hidden' })
  const { records } = await scene.read<{ records: { event: string }[] }>('/audit')
  assert.ok(records.some(({ event }) => event === 'differences-forgotten'))
  assert.match(await page.evaluate('document.activeElement.textContent'), /^search$/)
})

test('what is not answered is said in words, and what was heard stays', async t => {
  const { page, price, expect } = await visitDifferences(t, 'vera')
  expect(/status of 503/)
  await page.route('**/differences', route =>
    route.fulfill({
      status: 503,
      json: { error: 'store-down', message: 'Cannot read: the store must be up' },
    }),
  )
  await page.getByText('Cannot read: the store must be up').waitFor()
  await page.getByText('What stands here is what was heard before.').waitFor()
  assert.ok(await price.isVisible())
})
