import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import type { ContentProblem } from './content-problem.ts'
import { type DocumentKind, faultAt } from './document.ts'
import type { Fault } from './fault.ts'
import { type FieldPath, fieldName, valueAt } from './field-path.ts'
import { type FileField, fileFieldsOf } from './file-fields.ts'
import { type Algorithm, keySetProblem } from './key-set-rules.ts'
import {
  authoritiesProblem,
  certificateProblem,
  privateKeyProblem,
  revocationsProblem,
} from './pem-rules.ts'
import { readText } from './read.ts'
import type { Checked } from './validate.ts'

export interface ListedFiles {
  /** Absolute paths, also of those that cannot be read yet. */
  readonly files: readonly string[]
  /** What belongs to the version: the contents, of a private key only its hash. */
  readonly contents: readonly string[]
  /** What was read, by absolute path, for what is made of it without being read again. */
  readonly texts: ReadonlyMap<string, string>
  readonly faults: readonly Fault[]
}

/** Reads and judges the files that a document names, so that a wrong one is found now and not at a request. */
export async function readListedFiles(
  { document, draft }: Pick<Checked<DocumentKind>, 'document' | 'draft'>,
  dir: string,
): Promise<ListedFiles> {
  const files: string[] = []
  const contents: string[] = []
  const texts = new Map<string, string>()
  const faults: Fault[] = []
  /** The good ones, by the field that they and their keys stand in. */
  const certificates = new Map<string, string>()

  function judge({ holds, path }: FileField, text: string): ContentProblem | null {
    const place = fieldName(path.slice(0, -1))
    switch (holds) {
      case 'certificate': {
        const problem = certificateProblem(text)
        if (problem === null) certificates.set(place, text)
        return problem
      }
      case 'private-key':
        return privateKeyProblem(text, certificates.get(place) ?? null)
      case 'authorities':
        return authoritiesProblem(text)
      case 'revocations':
        return revocationsProblem(text)
      case 'key-set':
        return keySetProblem(text, algorithmsOf(draft, path))
      case 'directory-to-be':
        return null
    }
  }

  for (const field of fileFieldsOf(document.kind, draft)) {
    const { path, holds } = field
    const written = valueAt(draft, path)
    if (typeof written !== 'string' || holds === 'directory-to-be') continue
    const absolute = resolve(dir, written)
    files.push(absolute)
    const file = await readText(absolute)
    const problem = file.ok
      ? judge(field, file.text)
      : { rule: `the path of ${file.rule}`, received: file.received }
    if (problem !== null) faults.push({ ...faultAt(document, path, problem.rule), ...problem })
    if (!file.ok) continue
    texts.set(absolute, file.text)
    contents.push(holds === 'private-key' ? hashOf(file.text) : file.text)
  }
  return { files, contents, texts, faults }
}

/** Those beside a key set that their schema left standing. */
function algorithmsOf(draft: unknown, keySet: FieldPath): Algorithm[] {
  const written = valueAt(draft, [...keySet.slice(0, -1), 'algorithms'])
  return Array.isArray(written) ? written.filter(each => each !== undefined) : []
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
