import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'

const docs = join(import.meta.dirname, '../../docs')
const page = await readFile(join(docs, 'shadow.md'), 'utf8')

/** The words of a closed union as its source lists them. */
async function wordsOf(file: string, union: string): Promise<string[]> {
  const source = await readFile(join(docs, '..', file), 'utf8')
  const [, body = ''] = new RegExp(`export type ${union} =\\n((?:  \\|.*\\n)+)`).exec(source) ?? []
  return [...body.matchAll(/\| '([\w-]+)'/g)].map(([, word]) => word as string)
}

for (const [file, union] of [
  ['src/shadow/difference.ts', 'DifferenceKind'],
  ['src/shadow/difference.ts', 'NotCompared'],
  ['src/shadow/account.ts', 'DropReason'],
] as const) {
  test(`the page explains every word of ${union}`, async () => {
    const all = await wordsOf(file, union)
    assert.ok(all.length > 3)
    for (const word of all) assert.match(page, new RegExp(`^\\| \`${word}\` \\|`, 'm'))
  })
}

for (const [what, file, list, told] of [
  ['header', 'copy-headers.ts', 'credentials', /^Known as credentials are the headers ([^.]*)\./m],
  ['parameter', 'copy-query.ts', 'secret', /^Known as such are the query parameters ([^.]*)\./m],
] as const) {
  test(`the page names every ${what} that is known as a credential, and no other`, async () => {
    const source = await readFile(join(docs, '../src/shadow', file), 'utf8')
    const [, listed = ''] = new RegExp(`const ${list}.*= \\[\n([^\\]]*)\\]`).exec(source) ?? []
    const namesIn = (text: string, quote: string) =>
      [...text.matchAll(new RegExp(`${quote}([\\w-]+)${quote}`, 'g'))].map(([, name]) => name)
    assert.ok(namesIn(listed, "'").length > 5)
    assert.deepEqual(namesIn(told.exec(page)?.[1] ?? '', '`'), namesIn(listed, "'"))
  })
}
