import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import type { ContentProblem } from './content-problem.ts'
import { type DocumentKind, faultAt } from './document.ts'
import type { Fault } from './fault.ts'
import { type FieldPath, valueAt } from './field-path.ts'
import { type FileField, fileFieldsOf } from './file-fields.ts'
import { type Algorithm, keySetProblem } from './key-set-rules.ts'
import { authoritiesProblem, certificateProblem, privateKeyProblem } from './pem-rules.ts'
import { readText } from './read.ts'
import type { Checked } from './validate.ts'

export interface ListedFiles {
  /** Absolute paths, also of those that cannot be read yet. */
  readonly files: readonly string[]
  /** What belongs to the version: the contents, of a private key only its hash. */
  readonly contents: readonly string[]
  readonly faults: readonly Fault[]
}

/** Reads and judges the files that a document names, so that a wrong one is found now and not at a request. */
export async function readListedFiles(
  { document, draft }: Pick<Checked<DocumentKind>, 'document' | 'draft'>,
  dir: string,
): Promise<ListedFiles> {
  const files: string[] = []
  const contents: string[] = []
  const faults: Fault[] = []
  let certificate: string | null = null

  function judge({ holds, path }: FileField, text: string): ContentProblem | null {
    switch (holds) {
      case 'certificate': {
        const problem = certificateProblem(text)
        if (problem === null) certificate = text
        return problem
      }
      case 'private-key':
        return privateKeyProblem(text, certificate)
      case 'authorities':
        return authoritiesProblem(text)
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
    if (file.ok) contents.push(holds === 'private-key' ? hashOf(file.text) : file.text)
  }
  return { files, contents, faults }
}

/** Those beside a key set that their schema left standing. */
function algorithmsOf(draft: unknown, keySet: FieldPath): Algorithm[] {
  const written = valueAt(draft, [...keySet.slice(0, -1), 'algorithms'])
  return Array.isArray(written) ? written.filter(each => each !== undefined) : []
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
