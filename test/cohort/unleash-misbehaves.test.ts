import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { describe, it } from 'node:test'
import { createFileFlags } from '../../src/cohort/file-flags.ts'
import { flag, flagName, rollout } from './parts.ts'
import { context, emptyDir, listening, off, on, open, scripted, send } from './unleash-parts.ts'

const hang: RequestListener = () => {}

describe('an Unleash that misbehaves', () => {
  const faults: [name: string, script: RequestListener, message: RegExp][] = [
    ['401', send('{}', 401), /status must be 200, received 401/],
    ['403', send('{}', 403), /status must be 200, received 403/],
    ['500', send('oops', 500), /status must be 200, received 500/],
    ['a page instead of flags', send('<html></html>'), /JSON/],
    ['JSON that is no flags', send('{"features":"none"}'), /features must be a list/],
    ['a flag without strategies', send('{"features":[{"name":"a","enabled":true}]}'), /strategies/],
    ['half an answer', cutOff, /terminated|aborted/],
    ['a 304 nobody asked for', send('', 304), /received 304/],
  ]
  for (const [name, script, message] of faults) {
    it(`${name}: the flags held stay, it is told once, and refreshing goes on`, async t => {
      const { url, current, clock, told } = await scripted(t, send(on))
      const flags = await open(t, { url, backupDir: await emptyDir(t) }, { clock, told })
      let polls = 0
      const failedTwice = new Promise<void>(resolve => {
        current.script = (request, response) => {
          polls += 1
          // The third poll begins after the second has failed.
          if (polls === 3) resolve()
          script(request, response)
        }
      })
      const failed = told.next('refresh-failed')
      await ticksUntil(clock.tick, failedTwice)
      assert.match((await failed).error.message, message)
      assert.match(flags.status().failure as string, message)
      assert.ok(flags.isEnabled(flagName, context))

      current.script = send(off)
      const recovered = told.next('refresh-recovered')
      const changed = told.next('changed')
      await ticksUntil(clock.tick, recovered)
      assert.ok((await recovered).failures >= 2)
      assert.deepEqual((await changed).flags, [flagName])
      assert.equal(flags.isEnabled(flagName, context), false)
      assert.equal(flags.status().failure, null)
      assert.equal(told.types.filter(type => type === 'refresh-failed').length, 1)
    })
  }

  it('an unchanged answer is asked for by its ETag, and tells nothing', async t => {
    const seen: (string | undefined)[] = []
    const { url, current, clock, told } = await scripted(t, send(on, 200, { etag: '"one"' }))
    const flags = await open(t, { url, backupDir: await emptyDir(t) }, { clock, told })
    const polled = new Promise<void>(resolve => {
      current.script = (request, response) => {
        seen.push(request.headers['if-none-match'])
        response.writeHead(304).end(() => resolve())
      }
    })
    clock.tick()
    await polled
    await flags.close()
    assert.deepEqual(seen, ['"one"'])
    assert.deepEqual(told.types, ['ready-from-server'])
  })

  it('a server that hangs at the start: the backup serves after timeoutMs', async t => {
    const backupDir = await emptyDir(t)
    const { url, current, clock, told } = await scripted(t, send(on))
    await (await open(t, { url, backupDir }, { clock, told })).close()
    current.script = hang
    const ready = told.next('ready-from-backup')
    const flags = await open(t, { url, backupDir, timeoutMs: 100 }, { clock, told })
    const { error, savedAt } = await ready
    assert.match(error.message, /timeout/)
    assert.equal(savedAt, clock.now())
    assert.ok(flags.isEnabled(flagName, context))
    assert.deepEqual(
      { ...flags.status(), failure: '' },
      {
        kind: 'unleash',
        ready: true,
        from: 'backup',
        lastUpdated: savedAt,
        failure: '',
        stream: 'off',
      },
    )
  })

  it('close ends a poll that hangs', { timeout: 10_000 }, async t => {
    const { url, current, clock, told } = await scripted(t, send(on))
    const config = { url, backupDir: await emptyDir(t), timeoutMs: 600_000 }
    const flags = await open(t, config, { clock, told })
    const arrived = new Promise<IncomingMessage>(resolve => {
      current.script = request => resolve(request)
    })
    clock.tick()
    const gone = once((await arrived).socket, 'close')
    await flags.close()
    await gone
    assert.ok(flags.isEnabled(flagName, context))
  })
})

describe('flags of an unexpected form', () => {
  it('segments of Unleash count, and an unknown segment fails its strategy', async t => {
    const inSegment = (id: number) => ({ ...rollout(100), segments: [id] })
    const features = [
      { ...flag([inSegment(7)]), name: 'known' },
      { ...flag([inSegment(8)]), name: 'unknown' },
    ]
    const constraints = [{ contextName: 'userId', operator: 'IN', values: ['42'] }]
    const body = JSON.stringify({ features, segments: [{ id: 7, constraints }] })
    const { url, clock, told } = await scripted(t, send(body))
    const flags = await open(t, { url, backupDir: await emptyDir(t) }, { clock, told })
    assert.equal(flags.isEnabled('known', context), true)
    assert.equal(flags.isEnabled('known', { ...context, userId: '43' }), false)
    assert.equal(flags.isEnabled('unknown', context), false)
    assert.equal(flags.trace('known', context)[0]?.matched, true)
    assert.equal(flags.trace('unknown', context)[0]?.constraintsMatch, false)
  })

  it('parameters and values may be left out', () => {
    const told = listening()
    const constraints = [{ contextName: 'userId', operator: 'NOT_IN' }]
    const everyone = [{ name: 'flexibleRollout' }, { name: 'default', constraints }]
    const flags = createFileFlags({ flags: [flag(everyone)], onEvent: told.onEvent })
    assert.equal(flags.isEnabled(flagName, context), true)
    assert.deepEqual(told.types, [])
  })

  it('a constraint that breaks the evaluation gives V1 and is told once', async t => {
    const constraints = [{ contextName: 'userId', operator: 'IN', values: [42] }]
    const body = JSON.stringify({ features: [flag([{ ...rollout(100), constraints } as never])] })
    const { url, clock, told } = await scripted(t, send(body))
    const flags = await open(t, { url, backupDir: await emptyDir(t) }, { clock, told })
    assert.equal(flags.isEnabled(flagName, context), false)
    assert.equal(flags.isEnabled(flagName, context), false)
    assert.deepEqual(told.types, ['ready-from-server', 'evaluation-failed'])
  })
})

function cutOff(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'content-length': 1000 })
  response.write(on.slice(0, 50), () => response.destroy())
}

/** A tick while a poll is still under way is skipped, so tick again until the awaited thing happens. */
async function ticksUntil(tick: () => void, awaited: Promise<unknown>): Promise<void> {
  let done = false
  awaited.then(() => {
    done = true
  })
  while (!done) {
    tick()
    await new Promise(resolve => setImmediate(resolve))
  }
}
