import { publishedSchemas } from '../src/config/published-schemas.ts'
import { code, pageOf, tableOf } from './markdown.ts'
import { type Schema, schemaFields } from './schema-fields.ts'

/** The files that operators write, in the order in which one meets them. */
const files: readonly (readonly [schema: string, file: string, what: string])[] = [
  ['route.schema.json', 'routes/<name>.yaml', 'Where a request goes. One file is one route.'],
  ['flag.schema.json', 'flags/<name>.json', 'Who gets V2, where no Unleash says it.'],
  ['policy.schema.json', 'policies/<name>.yaml', 'How far: who may come in, what V2 is allowed.'],
  ['switchback.schema.json', 'switchback.yaml', 'The process. It may be left out.'],
]

/** `config.md`: every field of every file. */
export function configPage(): string {
  const schemas = publishedSchemas()
  return pageOf(
    'Configuration, field by field',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the form that operators write
    'A configuration is a directory with these files. `switchback check` says what is wrong with one, with file, line and column; the same as JSON Schema is in [schemas/](../../schemas), for editors. `[]` is each of a list, `<name>` a name of your choice, and a default of – that the field may be left out unless it is *required* within its group. `${NAME}` and `${file:path}` in a text take a value out of the environment or of a file.',
    files.map(([name, file, what]) => {
      const schema = JSON.parse(schemas.get(name) as string) as Schema
      const rows = schemaFields(schema).map(({ path, type, given, description }) => [
        code(path),
        type,
        given,
        description,
      ])
      return [`## ${file}`, what, tableOf(['field', 'type', 'default', 'what it is'], rows)].join(
        '\n\n',
      )
    }),
  )
}
