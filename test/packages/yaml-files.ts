import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { root } from './image.ts'

/** Anything that YAML can say; a field that is not there is undefined. */
// biome-ignore lint/suspicious/noExplicitAny: what is read is judged field by field
export type Node = any

/** The documents of a YAML file of the checkout, `<<` merged. */
export async function readYaml(...path: string[]): Promise<Node[]> {
  const documents = parseAllDocuments(await readFile(join(root, ...path), 'utf8'), { merge: true })
  if (!Array.isArray(documents)) throw new Error(`${path.join('/')} must not be empty`)
  return documents.map(document => {
    if (document.errors.length > 0) throw document.errors[0]
    return document.toJS()
  })
}
