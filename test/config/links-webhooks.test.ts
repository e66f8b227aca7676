import assert from 'node:assert/strict'
import { test } from 'node:test'
import { configDir, faultsOf, snapshotOf } from './config-dir.ts'

function processFile(url: string): Record<string, string> {
  return { 'switchback.yaml': `webhooks:\n  - url: "${url}"\n    events: [rollout]\n` }
}

for (const url of ['https://hooks.example.com:8443/T0/secret?thread=a@b', 'http://127.0.0.1']) {
  test(`${url} can be told`, async t => {
    const { webhooks } = (await snapshotOf(await configDir(t, processFile(url)))).process
    assert.deepEqual(
      webhooks.map(each => each.url),
      [url],
    )
  })
}

for (const url of [
  'https://me:secret@example.com/',
  'ftp://example.com/',
  'https://example.com/#x',
]) {
  test(`${url} is refused: nobody can be told there, or would read the secret`, async t => {
    const faults = await faultsOf(await configDir(t, processFile(url)))
    assert.deepEqual(
      faults.map(({ field, rule }) => [field, rule]),
      [['webhooks[0].url', 'an http or https address without user and fragment']],
    )
  })
}
