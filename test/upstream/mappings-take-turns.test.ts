import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { createManualClock } from '../support/manual-clock.ts'
import { scriptedThread, submit } from './scripted-thread.ts'

test('a slow mapping has its next turn when the others had as much of the thread, or want no more', async t => {
  const thread = scriptedThread(t, createManualClock())
  const order: string[] = []
  const add = (name: string, took: number): Promise<unknown> =>
    submit(thread, name, `mapped ${took}`).then(() => order.push(name))
  const slow = Array.from({ length: 3 }, () => add('slow', 400))
  const quick = Array.from({ length: 5 }, () => add('quick', 1))
  const middling = Array.from({ length: 3 }, () => add('middling', 150))
  await Promise.all([...slow, ...quick, ...middling])
  assert.equal(
    order.join(' '),
    'slow quick middling quick quick quick quick middling middling slow slow',
  )
})

test('what a mapping did not use is not saved up', async t => {
  const thread = scriptedThread(t, createManualClock())
  await submit(thread, 'late', 'mapped 1')
  for (let i = 0; i < 3; i++) await submit(thread, 'early', 'mapped 400')
  const order: string[] = []
  await Promise.all(
    ['early', 'late', 'late', 'late'].map(name =>
      submit(thread, name, 'mapped 300').then(() => order.push(name)),
    ),
  )
  // With the time saved up since, all of the late ones would come first.
  assert.deepEqual(order, ['late', 'late', 'early', 'late'])
})

test('a body with less time left than the last of its mapping took is not tried', async t => {
  const clock = createManualClock()
  const thread = scriptedThread(t, clock)
  await submit(thread, 'slow', 'mapped 300')
  await submit(thread, 'quick', 'mapped 1')

  const gate = new BroadcastChannel('no-turn')
  t.after(() => gate.close())
  const isHeld = once(gate as unknown as EventTarget, 'message')
  const held = submit(thread, 'other', 'held 0', { timeoutMs: 5000, path: 'no-turn' })
  await isHeld
  const slow = submit(thread, 'slow', 'mapped 300')
  const quick = submit(thread, 'quick', 'mapped 1')
  clock.advance(800)
  gate.postMessage('go on')
  assert.deepEqual(await Promise.all([held, slow, quick]), ['mapped', 'no-turn', 'mapped'])
})

test('one that waited for its own mapping above all was too slow by its own doing', async t => {
  const clock = createManualClock()
  const thread = scriptedThread(t, clock)
  const gate = new BroadcastChannel('own-doing')
  t.after(() => gate.close())
  const isHeld = once(gate as unknown as EventTarget, 'message')
  const held = submit(thread, 'slow', 'held 800', { timeoutMs: 5000, path: 'own-doing' })
  await isHeld
  const own = submit(thread, 'slow', 'mapped 1')
  const other = submit(thread, 'other', 'mapped 1')
  clock.advance(800)
  gate.postMessage('go on')
  assert.deepEqual(await Promise.all([held, own, other]), ['mapped', 'too-slow', 'no-turn'])
})

test('nothing is sent behind a slow one, where it could not give way', async t => {
  const clock = createManualClock()
  const thread = scriptedThread(t, clock)
  const order: string[] = []
  const add = (name: string, expression: string, path = '/'): Promise<unknown> =>
    submit(thread, name, expression, { path, timeoutMs: 5000 }).then(() => order.push(name))
  const gate = new BroadcastChannel('give-way')
  t.after(() => gate.close())
  const isHeld = once(gate as unknown as EventTarget, 'message')
  const slow = [add('slow', 'held 400', 'give-way'), add('slow', 'mapped 400')]
  await isHeld
  const quick = add('quick', 'mapped 1')
  gate.postMessage('go on')
  await Promise.all([...slow, quick])
  assert.deepEqual(order, ['slow', 'quick', 'slow'])
})

test('one mapping takes half of the room, and leaves the rest to others', async t => {
  const thread = scriptedThread(t, createManualClock())
  const waiting = Array.from({ length: 500 }, () => submit(thread, 'many', 'mapped 1'))
  assert.equal(await submit(thread, 'many', 'mapped 1'), 'too-many')
  assert.equal(await submit(thread, 'few', 'mapped 1'), 'mapped')
  assert.deepEqual(new Set(await Promise.all(waiting)), new Set(['mapped']))
})
