import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Ajv } from 'ajv'
import { parse } from 'yaml'
import { publishedSchemas } from '../../src/config/published-schemas.ts'

const root = join(import.meta.dirname, '..', '..')

test('schemas/ is current; `npm run schemas` makes it so', async () => {
  const published = publishedSchemas()
  assert.deepEqual((await readdir(join(root, 'schemas'))).sort(), [...published.keys()].sort())
  for (const [name, text] of published) {
    assert.equal(await readFile(join(root, 'schemas', name), 'utf8'), text, name)
  }
})

for (const [file, schema] of [
  ['switchback.yaml', './schemas/switchback.schema.json'],
  ['routes/match.yaml', '../schemas/route.schema.json'],
  ['policies/careful.yaml', '../schemas/policy.schema.json'],
] as const) {
  test(`${file} names its schema for editors and keeps it without any default filled in`, async () => {
    const text = await readFile(join(root, file), 'utf8')
    assert.equal(text.split('\n', 1)[0], `# yaml-language-server: $schema=${schema}`)
    const published = publishedSchemas().get(schema.slice(schema.lastIndexOf('/') + 1)) as string
    const validate = new Ajv({ formats: { uri: true }, strict: false }).compile(
      JSON.parse(published),
    )
    assert.equal(validate(parse(text)), true, JSON.stringify(validate.errors))
    assert.equal(validate({ ...parse(text), unknown: 1 }), false)
  })
}

test('every field that operators write is described', () => {
  const undescribed: string[] = []
  const visit = (schema: Record<string, unknown>, path: string): void => {
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const { type, description } = property
      if (description === undefined && type !== 'object') undescribed.push(`${path}.${name}`)
      visit(property, `${path}.${name}`)
    }
    if (schema.then !== undefined) visit(schema.then as Record<string, unknown>, path)
  }
  for (const [name, text] of publishedSchemas()) {
    if (name !== 'flag.schema.json') visit(JSON.parse(text), name)
  }
  assert.deepEqual(undescribed, [])
})
