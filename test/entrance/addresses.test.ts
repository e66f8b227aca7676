import assert from 'node:assert/strict'
import { isIPv4 } from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { createAddressRule } from '../../src/entrance/addresses.ts'

const inside = ['10.0.0.0/8', '192.0.2.7', '2001:db8::/32']

test('with a list of who may come in, nobody else may', () => {
  const judge = createAddressRule({ allow: inside })
  for (const address of ['10.255.0.1', '192.0.2.7', '2001:db8:1::7']) {
    assert.equal(judge(address), null, address)
  }
  for (const address of ['11.0.0.1', '192.0.2.8', '2001:db9::1', '::1']) {
    assert.equal(judge(address), 'address-not-listed', address)
  }
})

test('with a list of who may not, everybody else may', () => {
  const judge = createAddressRule({ deny: inside })
  assert.equal(judge('10.0.0.1'), 'address-denied')
  assert.equal(judge('11.0.0.1'), null)
  assert.equal(judge('2001:db9::1'), null)
})

test('who is in both lists may not', () => {
  const judge = createAddressRule({ allow: inside, deny: ['10.1.0.0/16', '2001:db8::/64'] })
  assert.equal(judge('10.0.0.1'), null)
  assert.equal(judge('10.1.0.1'), 'address-denied')
  assert.equal(judge('2001:db8::1'), 'address-denied')
})

test('IPv4 in the form of IPv6 is IPv4, however it is written', () => {
  const judge = createAddressRule({ allow: ['::/0'], deny: ['10.0.0.0/8'] })
  for (const address of ['::ffff:10.0.0.1', '::FFFF:a00:1', '0:0:0:0:0:ffff:0a00:0001']) {
    assert.equal(judge(address), 'address-denied', address)
  }
  for (const address of ['::ffff:11.0.0.1', '11.0.0.1']) {
    assert.equal(judge(address), 'address-not-listed', address)
  }
})

test('what cannot be read stays outside, also where only some are denied', () => {
  const judge = createAddressRule({ deny: ['10.0.0.0/8'] })
  for (const address of ['', 'unknown', '0x0b000001', '11.1', '10.0.0.1, 11.0.0.1']) {
    assert.equal(judge(address), 'address-unreadable', address)
  }
})

test('the interface that an address came by is no part of it', () => {
  const judge = createAddressRule({ allow: ['fe80::/10'] })
  assert.equal(judge('fe80::1%eth0'), null)
  assert.equal(judge('fe81::1%2'), null)
  assert.equal(judge('2001:db8::1%eth0'), 'address-not-listed')
})

/** 32 or 128 bits. */
function bitsOf(address: string): bigint {
  const parts = isIPv4(address) ? address.split('.') : address.split(':')
  const [width, base] = isIPv4(address) ? [8n, 10] : [16n, 16]
  return parts.reduce((sum, part) => (sum << width) + BigInt(Number.parseInt(part, base)), 0n)
}

function isWithin(address: string, range: string): boolean {
  const [network = '', bits] = range.split('/')
  if (isIPv4(address) !== isIPv4(network)) return false
  const width = isIPv4(network) ? 32 : 128
  const host = BigInt(width - Number(bits ?? width))
  return bitsOf(address) >> host === bitsOf(network) >> host
}

/** Few values, so that addresses meet ranges often; as IPv6 never mapped, without ffff. */
const byte = fc.constantFrom(10, 11, 138)
const four = fc.array(byte, { minLength: 4, maxLength: 4 }).map(bytes => bytes.join('.'))
const six = fc
  .array(fc.constantFrom(0, 1, 0x8000), { minLength: 8, maxLength: 8 })
  .map(groups => groups.map(group => group.toString(16)).join(':'))
const range = fc.oneof(
  four,
  six,
  fc.tuple(four, fc.integer({ min: 0, max: 32 })).map(parts => parts.join('/')),
  fc.tuple(six, fc.integer({ min: 0, max: 128 })).map(parts => parts.join('/')),
)

test('an address is in a range by its leading bits, for all addresses and ranges', () => {
  const ranges = fc.array(range, { minLength: 1, maxLength: 4 })
  const met = { 'address-denied': 0, 'address-not-listed': 0, allowed: 0 }
  fc.assert(
    fc.property(fc.oneof(four, six), ranges, ranges, (address, allow, deny) => {
      const among = (list: string[]) => list.some(each => isWithin(address, each))
      const expected = among(deny) ? 'address-denied' : among(allow) ? null : 'address-not-listed'
      met[expected ?? 'allowed']++
      assert.equal(createAddressRule({ allow, deny })(address), expected)
    }),
    { numRuns: 2000 },
  )
  for (const count of Object.values(met)) assert.ok(count > 50, JSON.stringify(met))
})
