import { after, test } from 'node:test'
import { startBrowser } from '../support/browser.ts'
import { startScene } from '../support/console-scene.ts'
import { flagFile } from '../support/gateway.ts'
import { groupOf, logIn, staysLoaded } from './visitors.ts'

const browser = await startBrowser({ after })

test('a percentage that is moved in the files is seen to move, without a reload', async t => {
  const scene = await startScene(t)
  const { page } = await logIn(t, browser, scene, 'vera')
  const split = groupOf(page, 'v2_migration').getByRole('img', { name: /^V1 / })
  const shows = (words: string) => page.getByRole('img', { name: words, exact: true }).waitFor()
  await split.waitFor()
  await shows('V1 90 %, V2 10 %')
  const assertStayed = await staysLoaded(page)
  for (const percent of [40, 5]) {
    await scene.edit({ 'flags/v2_migration.json': flagFile('v2_migration', percent) })
    await shows(`V1 ${100 - percent} %, V2 ${percent} %`)
  }
  await assertStayed()
})

test('a V2 that fails is seen to be switched back, with the budget that was exceeded', async t => {
  const scene = await startScene(t)
  scene.keepSending(['/api/match'])
  const { page } = await logIn(t, browser, scene, 'vera')
  const group = groupOf(page, 'v2_migration')
  await group.getByText('Open: V2 is allowed').waitFor()
  scene.failV2()
  await group.getByText('Switched back: all on V1').waitFor()
  await group.getByText(/Route match, budget errors max 5%/).waitFor()
  await group.getByRole('img', { name: 'V1 100 %, V2 0 %' }).waitFor()
})
