import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createAssigner } from '../../src/cohort/assign.ts'
import { readCookie } from '../../src/cohort/cookie.ts'
import { createFileFlags } from '../../src/cohort/file-flags.ts'
import { flagContext } from '../../src/cohort/flag-context.ts'
import { findStickyKey } from '../../src/cohort/sticky-key.ts'
import { caller, flag, request, rollout, route, sessionIds, share } from './parts.ts'

const id = 'AbCdEfGhIjKlMnOpQrSt_-'
const cookie = ['cookie', `theme=dark; sb_sid=${id}`]

describe('the sticky key', () => {
  it('is the first of the route that is known', () => {
    const kinds = (order: ('user' | 'cookie' | 'address')[], userId: string | null) => {
      const { kind, value, fresh } = findStickyKey(order, caller(userId), cookie, sessionIds())
      return [kind, value, fresh]
    }
    assert.deepEqual(kinds(['user', 'cookie'], '42'), ['user', '42', false])
    assert.deepEqual(kinds(['user', 'cookie'], null), ['cookie', id, false])
    assert.deepEqual(kinds(['user', 'cookie'], ''), ['cookie', id, false])
    assert.deepEqual(kinds(['cookie', 'user'], '42'), ['cookie', id, false])
    assert.deepEqual(kinds(['address', 'user'], '42'), ['address', '192.0.2.1', false])
    assert.deepEqual(kinds(['user', 'address'], null), ['address', '192.0.2.1', false])
  })

  it('is the address where nothing of the route is known, never a random number', () => {
    const assign = createAssigner({
      route: route({ stickyKey: ['user'] }),
      flags: share(50),
      seen: null,
      newId: sessionIds(),
    })
    const reasons = Array.from({ length: 200 }, () => assign(request(), caller(null)).reason)
    assert.equal(new Set(reasons).size, 1)
  })

  it('is a new cookie for a caller without one, and for a cookie of another form', () => {
    const assign = createAssigner({
      route: route({ stickyKey: ['cookie'] }),
      flags: share(50),
      seen: null,
      newId: sessionIds(),
    })
    const set = /^sb_sid=session-\d{14}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=31536000$/
    const values = ['', 'short', `${id}A`, `${id.slice(0, -1)}.`, `${id.slice(0, -1)}é`, `"${id}"`]
    for (const value of values) {
      const { setCookies } = assign(request(['cookie', `sb_sid=${value}`]), caller(null))
      assert.equal(setCookies.length, 1, value)
      assert.match(setCookies[0] as string, set)
    }
    assert.match(assign(request([], 'https'), caller(null)).setCookies[0] as string, /; Secure$/)
    assert.deepEqual(assign(request(cookie), caller(null)).setCookies, [])
  })

  it('gives the visitor with the new cookie the same variant again', () => {
    const assign = createAssigner({
      route: route({ stickyKey: ['cookie'] }),
      flags: share(50),
      seen: null,
      newId: sessionIds(),
    })
    for (let visitor = 0; visitor < 500; visitor += 1) {
      const first = assign(request(), caller(null))
      const pair = first.setCookies[0]?.split(';')[0] as string
      const second = assign(request(['cookie', pair]), caller(null))
      assert.equal(second.variant, first.variant)
    }
  })

  it('ids of another form are refused when the assigner is made', () => {
    const deps = { route: route(), flags: share(50), seen: null, newId: () => 'too-short' }
    assert.throws(() => createAssigner(deps), /newId must give 22 characters/)
  })
})

describe('the context for Unleash', () => {
  it('lets default stickiness hash the cookie while constraints still see the user', () => {
    const strategy = {
      ...rollout(100),
      constraints: [{ contextName: 'userId', operator: 'IN', values: ['42'] }],
    }
    const assign = createAssigner({
      route: route({ stickyKey: ['cookie', 'user'] }),
      flags: createFileFlags({ flags: [flag([strategy])] }),
      seen: null,
      newId: sessionIds(),
    })
    assert.equal(assign(request(cookie), caller('42')).reason, 'in-share')
    assert.equal(assign(request(cookie), caller('43')).reason, 'out-of-share')
  })

  it('carries the user as userId exactly when the user is the sticky key', () => {
    const of = (order: ('user' | 'cookie' | 'address')[]) => {
      const who = caller('42', { segment: 'beta_users' })
      return flagContext(who, findStickyKey(order, who, cookie, sessionIds()))
    }
    const remoteAddress = '192.0.2.1'
    assert.deepEqual(of(['user']), {
      userId: '42',
      sessionId: id,
      remoteAddress,
      properties: { segment: 'beta_users' },
    })
    assert.deepEqual(of(['address']), {
      userId: undefined,
      sessionId: remoteAddress,
      remoteAddress,
      properties: { segment: 'beta_users', userId: '42' },
    })
  })
})

describe('reading a cookie', () => {
  const any = () => true
  const cases: [header: string, value: string | undefined][] = [
    ['sb_sid=one', 'one'],
    ['a=1; sb_sid=one; b=2', 'one'],
    ['a=1;sb_sid=one', 'one'],
    ['sb_sid=one; sb_sid=two', 'one'],
    ['xsb_sid=one', undefined],
    ['x-sb_sid=one; sb_sid=two', 'two'],
    ['a=sb_sid=one', undefined],
    ['a=b sb_sid=one', undefined],
    ['sb_sid', undefined],
    ['sb_sid2=one', undefined],
    ['sb_sid=', ''],
    ['', undefined],
  ]
  for (const [header, value] of cases) {
    it(`in ${JSON.stringify(header)}`, () => {
      assert.equal(readCookie(['accept', '*/*', 'cookie', header], 'sb_sid', any), value)
    })
  }

  it('in several Cookie lines', () => {
    assert.equal(
      readCookie(['cookie', 'a=1', 'x', 'sb_sid=no', 'cookie', 'sb_sid=2'], 'sb_sid', any),
      '2',
    )
  })

  it('goes on behind a value that cannot be ours, wherever the next one stands', () => {
    const even = (value: string) => value.length % 2 === 0
    assert.equal(readCookie(['cookie', 'sb_sid=x; sb_sid=ours'], 'sb_sid', even), 'ours')
    assert.equal(
      readCookie(['cookie', 'sb_sid=x', 'cookie', 'sb_sid=ours'], 'sb_sid', even),
      'ours',
    )
    assert.equal(readCookie(['cookie', 'sb_sid=x; a=ours'], 'sb_sid', even), undefined)
  })
})
