import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BodyTap, Tap } from '../../src/upstream/forward-plan.ts'
import { openRaw, startScriptedUpstream } from '../support/conversation.ts'
import { plainRequest } from '../support/requests.ts'
import { plainRules } from '../support/rules.ts'
import { startForwarder } from './forwarder.ts'

/** Writes down what a listener is told. */
function createRecorder() {
  const told: string[] = []
  const tap: Tap = ({ variant, status, headers }) => {
    told.push(`${variant} ${status} ${headers[headers.indexOf('x-accuracy') + 1]}`)
    return { data: chunk => void told.push(chunk.toString()), end: () => void told.push('end') }
  }
  return { told, tap }
}

const head = 'HTTP/1.1 200 OK\r\nx-accuracy: 0.9\r\ncontent-length: 10\r\n\r\n'

test('a listener sees the body of the answer that the client gets, piece by piece', async t => {
  const { told, tap } = createRecorder()
  const v2 = await startScriptedUpstream(t)
  const { port } = await startForwarder(t, { v1: v2.url, v2: v2.url, plan: { tap } })
  const caller = openRaw(t, port, plainRequest('/'))
  const asked = await v2.accept()
  await asked.until('\r\n\r\n')
  asked.send(`${head}hello`)
  await caller.until('hello')
  asked.send('world')
  await caller.until('world')
  assert.deepEqual(told, ['v2 200 0.9', 'hello', 'world', 'end'])
})

test('an answer that is broken off has no end', async t => {
  const { told, tap } = createRecorder()
  const v2 = await startScriptedUpstream(t)
  const { port, endings } = await startForwarder(t, { v1: v2.url, v2: v2.url, plan: { tap } })
  const caller = openRaw(t, port, plainRequest('/'))
  const asked = await v2.accept()
  await asked.until('\r\n\r\n')
  asked.send(`${head}hello`)
  await caller.until('hello')
  asked.socket.resetAndDestroy()
  await caller.ended()
  assert.deepEqual(told, ['v2 200 0.9', 'hello'])
  assert.equal(endings[0]?.outcomes[0].fault, 'reset')
})

test('what V2 answered in vain is not seen, only what V1 answered for it', async t => {
  const { told, tap } = createRecorder()
  const v1 = await startScriptedUpstream(t)
  const v2 = await startScriptedUpstream(t)
  const { port, outcomes } = await startForwarder(t, {
    v1: v1.url,
    v2: v2.url,
    plan: { tap },
    policy: { ...plainRules, fallback: { to: 'v1', methods: ['GET'], maxBodyBytes: 0 } },
  })
  const caller = openRaw(t, port, plainRequest('/'))
  const failing = await v2.accept()
  await failing.until('\r\n\r\n')
  failing.send('HTTP/1.1 500 No\r\nx-accuracy: 0.1\r\ncontent-length: 4\r\n\r\noops')
  const serving = await v1.accept()
  await serving.until('\r\n\r\n')
  serving.send(`${head}helloworld`)
  await caller.until('helloworld')
  assert.deepEqual(told, ['v1 200 0.9', 'helloworld', 'end'])
  assert.equal(outcomes[0]?.headers.includes('0.1'), true)
})

test('a listener sees the body of the request once, piece by piece, also where it is sent twice', async t => {
  const told: string[] = []
  const requestTap: BodyTap = {
    data: chunk => void told.push(chunk.toString()),
    end: () => void told.push('end'),
  }
  const v1 = await startScriptedUpstream(t)
  const v2 = await startScriptedUpstream(t)
  const { port } = await startForwarder(t, {
    v1: v1.url,
    v2: v2.url,
    plan: { requestTap },
    policy: { ...plainRules, fallback: { to: 'v1', methods: ['GET'], maxBodyBytes: 100 } },
  })
  const caller = openRaw(t, port, `${plainRequest('/', 'content-length: 10\r\n')}hello`)
  const failing = await v2.accept()
  await failing.until('hello')
  caller.send('world')
  await failing.until('world')
  failing.send('HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n')
  const serving = await v1.accept()
  await serving.until('helloworld')
  serving.send(`${head}helloworld`)
  await caller.until('helloworld')
  assert.deepEqual(told, ['hello', 'world', 'end'])
})

test('a request body that never becomes whole has no end', async t => {
  const told: string[] = []
  const requestTap: BodyTap = {
    data: chunk => void told.push(chunk.toString()),
    end: () => void told.push('end'),
  }
  const v2 = await startScriptedUpstream(t)
  const { port, endings } = await startForwarder(t, {
    v1: v2.url,
    v2: v2.url,
    plan: { requestTap },
  })
  const caller = openRaw(t, port, `${plainRequest('/', 'content-length: 10\r\n', 'POST')}hello`)
  const asked = await v2.accept()
  await asked.until('hello')
  caller.socket.destroy()
  while (endings.length === 0) await new Promise(setImmediate)
  assert.deepEqual(told, ['hello'])
})
