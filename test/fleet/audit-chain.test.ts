import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import {
  canonicalJson,
  chained,
  chainStart,
  verifyChain,
} from '../../src/fleet/stores/audit-chain.ts'
import type { AuditRecord } from '../../src/fleet/stores/store.ts'
import { entry } from './store-states.ts'

function chainOf(length: number): AuditRecord[] {
  const records: AuditRecord[] = []
  for (let i = 0; i < length; i++) {
    records.push(chained(records.at(-1) ?? chainStart, entry({ why: `event ${i}`, at: 1000 + i })))
  }
  return records
}

/** As a store gives them back. */
const whole = JSON.parse(JSON.stringify(chainOf(6))) as AuditRecord[]
const head = { seq: 6, hash: whole[5]?.hash ?? '' }

test('a chain as written is whole', () => {
  assert.deepEqual(verifyChain(whole), { ok: true, from: 1, head })
  assert.deepEqual(verifyChain([]), { ok: true, from: null, head: chainStart })
  assert.equal(whole[0]?.previous, '0'.repeat(64))
})

test('the hash can be made by anybody from the record itself', () => {
  const { hash, ...rest } = whole[3] as AuditRecord
  const sorted = Object.fromEntries(Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1)))
  const evidence = { bad: 31, events: 412, share: 0.0752 }
  const text = JSON.stringify({ ...sorted, evidence })
  assert.equal(hash, createHash('sha256').update(text).digest('hex'))
})

test('a change of any field of any record is found', () => {
  for (const [i, record] of whole.entries()) {
    for (const key of Object.keys(record) as (keyof AuditRecord)[]) {
      const value = record[key]
      const other =
        typeof value === 'number' ? value + 1 : key === 'evidence' ? { bad: 30 } : `${value}x`
      const changed = whole.with(i, { ...record, [key]: other } as AuditRecord)
      assert.equal(verifyChain(changed).ok, false, `${key} of record ${i + 1}`)
    }
    const { who: _, ...without } = record
    assert.equal(verifyChain(whole.with(i, without as AuditRecord)).ok, false)
    const more = { ...record, note: 'x' } as AuditRecord
    assert.deepEqual(verifyChain(whole.with(i, more)), {
      ok: false,
      seq: i + 1,
      reason: 'changed',
    })
  }
})

test('a removed record is found', () => {
  for (let i = 1; i < whole.length; i++) {
    const rest = whole.toSpliced(i, 1)
    const verdict = i < 5 ? verifyChain(rest) : verifyChain(rest, { upTo: head })
    assert.deepEqual(verdict, { ok: false, seq: i + 1, reason: 'missing' })
  }
})

test('records in another order are found, next to each other or not', () => {
  for (let i = 0; i < whole.length; i++) {
    for (let j = i + 1; j < whole.length; j++) {
      const [a, b] = [whole[i] as AuditRecord, whole[j] as AuditRecord]
      assert.equal(verifyChain(whole.with(i, b).with(j, a)).ok, false, `${i} and ${j}`)
    }
  }
})

test('a record put in the place of another, whole in itself, is found by the next', () => {
  const forged = chained({ seq: 2, hash: whole[1]?.hash ?? '' }, entry({ why: 'nothing happened' }))
  assert.deepEqual(verifyChain(whole.with(2, forged)), { ok: false, seq: 4, reason: 'unlinked' })
  const last = chained({ seq: 5, hash: whole[4]?.hash ?? '' }, entry({ why: 'nothing happened' }))
  assert.deepEqual(verifyChain(whole.with(5, last), { upTo: head }), {
    ok: false,
    seq: 6,
    reason: 'unlinked',
  })
})

test('a chain whose oldest records were dropped says from where it is whole', () => {
  assert.deepEqual(verifyChain(whole.slice(3)), { ok: true, from: 4, head })
})

test('pages are verified one after the other', () => {
  const first = verifyChain(whole.slice(0, 3))
  assert.ok(first.ok)
  assert.deepEqual(verifyChain(whole.slice(3), { before: first.head }), { ok: true, from: 4, head })
  assert.deepEqual(verifyChain(whole.slice(4), { before: first.head }), {
    ok: false,
    seq: 4,
    reason: 'missing',
  })
})

test('one value has one text', () => {
  assert.equal(
    canonicalJson({ b: [1, { d: null, c: 'é"\u2028' }], a: -0, 10: true, 9: false }),
    '{"10":true,"9":false,"a":0,"b":[1,{"c":"é\\"\u2028","d":null}]}',
  )
})

test('what JSON cannot hold is dropped before the hash is made', () => {
  const record = chained(chainStart, entry({ evidence: { gone: undefined, odd: Number.NaN } }))
  assert.equal(verifyChain([JSON.parse(JSON.stringify(record))]).ok, true)
  assert.deepEqual(record.evidence, { odd: null })
})
