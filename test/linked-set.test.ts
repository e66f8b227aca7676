import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Linked, LinkedSet } from '../src/linked-set.ts'

class Named extends Linked {
  readonly name: string

  constructor(name: string) {
    super()
    this.name = name
  }
}

const [a, b, c] = ['a', 'b', 'c'].map(name => new Named(name)) as [Named, Named, Named]
const namesIn = (set: LinkedSet<Named>) => set.all().map(({ name }) => name)

test('members stand in the order in which they came, each once', () => {
  const set = new LinkedSet<Named>()
  for (const each of [a, b, a, c]) set.add(each)
  assert.deepEqual([namesIn(set), set.size, set.first], [['a', 'b', 'c'], 3, a])
  for (const each of [a, b, c]) set.delete(each)
})

for (const [what, left] of [
  [a, ['b', 'c']],
  [b, ['a', 'c']],
  [c, ['a', 'b']],
] as const) {
  test(`the others stay when ${what.name} of three leaves, and it can come back`, () => {
    const set = new LinkedSet<Named>()
    for (const each of [a, b, c]) set.add(each)
    assert.deepEqual([set.delete(what), set.delete(what), set.has(what)], [true, false, false])
    assert.deepEqual([namesIn(set), set.size], [left, 2])
    set.add(what)
    assert.deepEqual([namesIn(set), set.has(what)], [[...left, what.name], true])
    for (const each of [a, b, c]) set.delete(each)
    assert.deepEqual([namesIn(set), set.size, set.first], [[], 0, null])
  })
}

test('nothing is in two sets', () => {
  const [one, other] = [new LinkedSet<Named>(), new LinkedSet<Named>()]
  one.add(a)
  assert.throws(() => other.add(a), /in another set/)
  assert.deepEqual([other.has(a), other.delete(a), namesIn(one)], [false, false, ['a']])
  one.delete(a)
})

test('who left points to nobody, and nobody to who left', () => {
  const set = new LinkedSet<Named>()
  for (const each of [a, b, c]) set.add(each)
  set.delete(b)
  assert.deepEqual([b.within, b.before, b.after], [null, null, null])
  assert.deepEqual([a.after, c.before], [c, a])
  for (const each of [a, c]) set.delete(each)
})
