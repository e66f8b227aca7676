import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge } from './judge.ts'
import type { ArrivedRequest } from './strict-upstream.ts'

const authorization = 'Bearer good'
const first = 'POST /r/1 HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nContent-Length: 5\r\n\r\nhello'
const second = 'GET /private/2 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer good\r\n\r\n'
const refused =
  'HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json\r\ncontent-length: 2\r\nx-request-id: 9\r\nconnection: close\r\n\r\n{}'

const answerTo = (target: string, id: string) =>
  `HTTP/1.1 200 OK\r\ncontent-length: 4\r\nx-served: ${target}\r\nx-request-id: ${id}\r\n\r\ndone`

const arrivedFirst: ArrivedRequest = {
  id: '1',
  address: '127.1.0.1',
  method: 'POST',
  target: '/r/1',
  headers: [
    ['host', 'a'],
    ['x-a', '1'],
  ],
  body: 'hello',
  whole: true,
  tunnel: null,
}
const arrivedSecond: ArrivedRequest = {
  ...arrivedFirst,
  id: '2',
  method: 'GET',
  target: '/private/2',
  headers: [['authorization', authorization]],
  body: '',
}

const good = {
  sent: first + second,
  received: answerTo('/r/1', '1') + answerTo('/private/2', '2'),
  arrived: [arrivedFirst, arrivedSecond],
  left: false,
  authorization,
}

test('one request in, one out, one answer, in order is no fault, nor is what was refused', () => {
  assert.deepEqual(judge(good), [])
  const [one] = good.arrived
  const broken = { ...good, sent: `${first}no request\r\n\r\n`, arrived: one ? [one] : [] }
  assert.deepEqual(judge({ ...broken, received: answerTo('/r/1', '1') + refused }), [])
})

const wrong: Record<string, [change: Partial<typeof good>, fault: RegExp]> = {
  'a request out of a body': [
    { arrived: [...good.arrived, { ...arrivedSecond, id: '3', target: '/hidden' }] },
    /nobody sent: GET \/hidden/,
  ],
  'a request that arrives twice': [
    { arrived: [...good.arrived, { ...arrivedFirst, id: '3' }] },
    /nobody sent: POST \/r\/1/,
  ],
  'a body that is cut and told as whole': [
    { arrived: [{ ...arrivedFirst, body: 'hell' }, arrivedSecond] },
    /nobody sent: POST/,
  ],
  'a header of somebody else': [
    { arrived: [{ ...arrivedFirst, headers: [['x-user', 'root']] }, arrivedSecond] },
    /header that nobody sent: x-user/,
  ],
  'a private request with another token': [
    { authorization: 'Bearer other' },
    /private without its token/,
  ],
  'answers in another order': [
    { received: answerTo('/private/2', '2') + answerTo('/r/1', '1') },
    /another's answer/,
  ],
  'an answer too many': [{ received: good.received + answerTo('/r/1', '1') }, /answer to nothing/],
  'an answer too few': [{ received: answerTo('/r/1', '1') }, /2 requests, 1 answers/],
  'a refusal of what was served': [
    { received: answerTo('/r/1', '1') + refused.replace('id: 9', 'id: 2') },
    /served all the same/,
  ],
  'a mistake of the gateway': [
    { received: answerTo('/r/1', '1') + refused.replace('400 Bad Request', '500 Oh') },
    /^500 /,
  ],
  'bytes behind the last answer': [{ received: `${good.received}HTTP/1.1` }, /behind the last/],
  'a line break in a header': [
    { received: good.received.replace('x-served: /r/1', 'x-served: /r/1\r\nno header') },
    /no header line/,
  ],
}

for (const [what, [change, fault]] of Object.entries(wrong)) {
  test(`${what} is a fault`, () => {
    const [found = ''] = judge({ ...good, ...change })
    assert.match(found, fault)
  })
}
