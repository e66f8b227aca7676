import assert from 'node:assert/strict'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createFlagBackup } from '../../src/cohort/flag-backup.ts'
import type { Flag } from '../../src/cohort/flag-source.ts'
import { flag, flagName, rollout } from './parts.ts'
import { context, emptyDir, on, open, scripted, send } from './unleash-parts.ts'

async function onlyFile(dir: string): Promise<string> {
  const [name, ...others] = await readdir(dir)
  assert.deepEqual(others, [])
  return join(dir, name as string)
}

describe('the backup', () => {
  const damages: [name: string, damage: (text: string) => string][] = [
    ['cut short', text => text.slice(0, text.length / 2)],
    ['empty', () => ''],
    ['of zeros', text => '\0'.repeat(text.length)],
    ['of another shape', () => '{"savedAt":1,"features":{}}'],
    ['null', () => 'null'],
    ['without a time', text => text.replace('savedAt', 'saved')],
  ]
  for (const [name, damage] of damages) {
    it(`${name} is not used: it starts empty and says so`, async t => {
      const backupDir = await emptyDir(t)
      const { url, current, clock, told } = await scripted(t, send(on))
      await (await open(t, { url, backupDir }, { clock, told })).close()
      const file = await onlyFile(backupDir)
      await writeFile(file, damage(await readFile(file, 'utf8')))

      current.script = send('', 503)
      const started = told.next('started-empty')
      const flags = await open(t, { url, backupDir }, { clock, told })
      const { backup, backupError } = await started
      assert.equal(backup, 'unusable')
      assert.match(backupError?.message ?? '', /^Cannot use the flag backup /)
      assert.equal(flags.feature(flagName), undefined)
      assert.equal(flags.isEnabled(flagName, context), false)
      assert.deepEqual([flags.status().ready, flags.status().from], [false, 'nowhere'])
    })
  }

  it('of another environment or server is not used, of a renewed token it is', async t => {
    const backupDir = await emptyDir(t)
    const { url, current, clock, told } = await scripted(t, send(on))
    await (await open(t, { url, backupDir }, { clock, told })).close()
    current.script = send('', 503)
    const openWith = (changes: object) => open(t, { url, backupDir, ...changes }, { clock, told })
    const from = async (changes: object) => (await openWith(changes)).status().from
    assert.equal(await from({ token: '*:production.secret' }), 'nowhere')
    assert.equal(await from({ url: `${url}/` }), 'nowhere')
    assert.equal(await from({ token: '*:development.renewed' }), 'backup')
  })

  it('that cannot be written is told and changes nothing else', async t => {
    const { url, clock, told } = await scripted(t, send(on))
    const backupDir = join(await emptyDir(t), 'taken')
    await writeFile(backupDir, 'a file where the directory should be')
    const flags = await open(t, { url, backupDir }, { clock, told })
    assert.deepEqual(told.types, ['backup-not-written', 'ready-from-server'])
    assert.ok(flags.isEnabled(flagName, context))
  })

  it('is whole at every moment while two gateways write it', async t => {
    const dir = join(await emptyDir(t), 'shared')
    await mkdir(dir)
    const identity = { dir, url: 'http://unleash', token: 'a:b.c', appName: 'switchback' }
    const writers = ['one', 'two'].map(instanceId => createFlagBackup({ ...identity, instanceId }))
    const large = Array.from({ length: 2000 }, (_, i) => ({ ...flag([rollout(1)]), name: `f${i}` }))
    const set = { features: large as Flag[], segments: [] }
    const reader = writers[0] as (typeof writers)[0]
    await reader.write({ savedAt: 0, set })
    let writing = true
    const written = Promise.all(
      writers.map(async writer => {
        for (let savedAt = 1; savedAt <= 15; savedAt += 1) await writer.write({ savedAt, set })
      }),
    ).finally(() => {
      writing = false
    })
    while (writing) assert.equal((await reader.read())?.set.features.length, large.length)
    await written
    assert.equal((await readdir(dir)).length, 1)
  })
})
