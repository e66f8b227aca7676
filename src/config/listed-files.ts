import { resolve } from 'node:path'
import { type DocumentKind, faultAt } from './document.ts'
import type { Fault } from './fault.ts'
import { valueAt } from './field-path.ts'
import { fileFields } from './file-fields.ts'
import { readText } from './read.ts'
import type { Checked } from './validate.ts'

export interface ListedFiles {
  /** Contents that belong to the version: certificates and key sets, no private keys. */
  readonly contents: readonly string[]
  readonly faults: readonly Fault[]
}

/** Reads the files that a document names, so that a wrong path is found now and not at a request. */
export async function readListedFiles(
  { document, draft }: Pick<Checked<DocumentKind>, 'document' | 'draft'>,
  dir: string,
): Promise<ListedFiles> {
  const contents: string[] = []
  const faults: Fault[] = []
  for (const { path, holds } of fileFields[document.kind]) {
    const written = valueAt(draft, path)
    if (typeof written !== 'string' || holds === 'directory-to-be') continue
    const file = await readText(resolve(dir, written))
    if (!file.ok) {
      faults.push({
        ...faultAt(document, path, `the path of ${file.rule}`),
        received: file.received,
      })
      continue
    }
    if (holds === 'key-set' && !isKeySet(file.text)) {
      faults.push(
        faultAt(document, path, 'a JSON Web Key Set: an object with a list "keys", not empty'),
      )
    }
    if (holds !== 'secret') contents.push(file.text)
  }
  return { contents, faults }
}

/** The shape of RFC 7517 section 5; each key is judged where it is imported. */
function isKeySet(text: string): boolean {
  try {
    const keys = valueAt(JSON.parse(text), ['keys'])
    return Array.isArray(keys) && keys.length > 0
  } catch {
    return false
  }
}
