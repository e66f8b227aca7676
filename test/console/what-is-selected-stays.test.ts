import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { startBrowser } from '../support/browser.ts'
import { startScene } from '../support/console-scene.ts'
import { flagFile } from '../support/gateway.ts'
import { logIn } from './visitors.ts'

const browser = await startBrowser({ after })

/** As a pointer selects it: from within one text to within another. */
const selectShares = `{
  const [first, last] = ['v1', 'v2'].map(variant =>
    [...document.querySelector('.shares .' + variant).childNodes].find(node => /^\\d+$/.test(node.data)))
  getSelection().setBaseAndExtent(first, 0, last, last.length)
}`

const selected = "getSelection().toString().replaceAll(/\\s+/g, ' ').trim()"

test('what is selected stays so, from its first letter to its last, while its numbers change', async t => {
  const scene = await startScene(t)
  const { page } = await logIn(t, browser, scene, 'vera')
  await page.getByRole('img', { name: 'V1 90 %, V2 10 %' }).waitFor()
  await page.evaluate(selectShares)
  assert.equal(await page.evaluate(selected), '90 % V2 10')
  for (const percent of [100, 5]) {
    await scene.edit({ 'flags/v2_migration.json': flagFile('v2_migration', percent) })
    await page.getByRole('img', { name: `V1 ${100 - percent} %, V2 ${percent} %` }).waitFor()
    assert.equal(await page.evaluate(selected), `${100 - percent} % V2 ${percent}`)
  }
})
