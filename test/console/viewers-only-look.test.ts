import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startBrowser } from '../support/browser.ts'
import { startScene } from '../support/console-scene.ts'
import { goThrough, groupOf, logIn } from './visitors.ts'

const browser = await startBrowser({ after })

/** What acts on the gateway, on whatever page. */
const acting =
  /switch back|resume|allow|promote|agree|pause|continue|acknowledge|forget|count again|revoke|drill/i

test('a viewer has no button that acts, and is refused by the gateway without one', async t => {
  const scene = await startScene(t)
  scene.keepSending()
  const { page, expect } = await logIn(t, browser, scene, 'vera')
  await groupOf(page, 'v2_migration').getByText('Open: V2 is allowed').waitFor()
  await goThrough(page, async name => {
    const buttons = await page.getByRole('button', { name: acting }).allTextContents()
    assert.deepEqual(buttons, [], name)
  })

  expect(/status of 403/)
  for (const [path, body] of [
    ['/latches/v2_migration/rollback', { note: 'x' }],
    ['/rollouts/v2_migration/promote', {}],
    ['/rollouts/v2_migration/pause', {}],
    ['/differences/search/acknowledge', { part: 'body', at: '/price', kind: 'value', why: 'x' }],
    ['/revocations', {}],
  ]) {
    const said = await page.evaluate(`(async () => {
      const { csrf } = await (await fetch('/session')).json()
      const headers = { 'content-type': 'application/json', 'x-switchback-csrf': csrf }
      const body = ${JSON.stringify(JSON.stringify(body))}
      const answer = await fetch('${path}', { method: 'POST', headers, body })
      return [answer.status, (await answer.json()).error]
    })()`)
    assert.deepEqual(said, [403, 'forbidden'], String(path))
  }
})
