import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { openHistoryFile } from '../../src/fleet/stores/history-file.ts'
import { createSlots, type SlotOf } from '../../src/history/slots.ts'
import { keptSteps } from '../../src/history/span.ts'
import { createKeptHistory } from '../../src/pipeline/kept-history.ts'
import { stateDir } from '../fleet/machines.ts'
import { reportOf, steps } from './parts.ts'

const start = 1_700_000_100_000 - (1_700_000_100_000 % 900_000)
const mark = { at: start, flag: 'v2', kind: 'tripped', text: 'all back' } as const
const log = (lines: string[]) => ({ warn: (_: object, line: string) => void lines.push(line) })

/** A slot of a minute that begins so many minutes after `start`. */
function minute(nth: number): SlotOf {
  const slots = createSlots({ stepMs: 60_000, keptMs: 86_400_000 }, steps.count)
  slots.take([reportOf([10, 20, 3000], { errors: 1 })], start + nth * 60_000)
  const slot = slots.take([], start + (nth + 1) * 60_000)
  assert.ok(slot)
  return { stepMs: 60_000, slot }
}

function plain({ stepMs, slot }: SlotOf) {
  const packed = [...slot.packed].map(([key, bytes]) => [key, Buffer.from(bytes).toString('hex')])
  return { stepMs, number: slot.number, coveredMs: slot.coveredMs, packed }
}

test('what was written is there again, each slot and mark once', t => {
  const dir = stateDir(t)
  const first = openHistoryFile(dir, keptSteps)
  first.write({ slots: [minute(1), minute(0)], marks: [mark] }, start)
  first.write({ slots: [minute(1)], marks: [mark] }, start)
  first.close()
  const second = openHistoryFile(dir, keptSteps)
  const { slots, marks } = second.read()
  second.close()
  assert.deepEqual(slots.map(plain), [minute(0), minute(1)].map(plain))
  assert.deepEqual(marks, [mark])
})

test('what is too old is dropped from the file', t => {
  const file = openHistoryFile(stateDir(t), keptSteps)
  const later = start + 86_400_000 + 60_000
  file.write({ slots: [minute(0), minute(1)], marks: [] }, start)
  file.write({ slots: [], marks: [] }, later)
  assert.deepEqual(file.read().slots.map(plain), [plain(minute(1))])
  file.close()
})

test('a file of another version begins anew', t => {
  const dir = stateDir(t)
  openHistoryFile(dir, keptSteps).close()
  const db = new DatabaseSync(join(dir, 'history.db'))
  db.exec('PRAGMA user_version = 99')
  db.close()
  const file = openHistoryFile(dir, keptSteps)
  file.write({ slots: [minute(0)], marks: [] }, start)
  assert.equal(file.read().slots.length, 1)
  file.close()
})

test('a file that is none leaves the history in memory, is left as it is, and that is said', t => {
  const dir = stateDir(t)
  writeFileSync(join(dir, 'history.db'), 'somebody keeps a diary here, at some length')
  const lines: string[] = []
  const kept = createKeptHistory(dir, log(lines) as never)
  kept.ended([minute(0)], start)
  kept.close([], start)
  assert.deepEqual(kept.before, { slots: [], marks: [] })
  assert.deepEqual(lines, ['how V1 and V2 did is not kept over a restart'])
})

test('it is written once a minute, and what runs when the gateway leaves', t => {
  const dir = stateDir(t)
  const kept = createKeptHistory(dir, log([]) as never)
  const reader = openHistoryFile(dir, keptSteps)
  t.after(() => reader.close())
  const { slot } = minute(0)
  const fine = { stepMs: 5000, slot: { ...slot, number: slot.number * 12 } }
  kept.marked(mark)
  kept.ended([fine], start)
  assert.deepEqual(reader.read(), { slots: [], marks: [] })
  kept.ended([minute(0)], start)
  assert.deepEqual(
    reader.read().slots.map(({ stepMs }) => stepMs),
    [5000, 60_000],
  )
  assert.deepEqual(reader.read().marks, [mark])
  kept.close([minute(1)], start)
  assert.equal(reader.read().slots.length, 3)
})
