import { resolve } from 'node:path'
import type { DocumentKind } from './document.ts'
import { type FieldPath, setAt, valueAt } from './field-path.ts'

/** A field that names a file or directory, relative to the configuration directory. */
export interface FileField {
  readonly path: FieldPath
  /** What must be found there; a `directory-to-be` is made when it is needed. */
  readonly holds:
    | 'certificate'
    | 'private-key'
    | 'authorities'
    | 'revocations'
    | 'key-set'
    | 'directory-to-be'
}

/** Stands for every index of a list. */
const each = '*'

const fileFields: { readonly [Kind in DocumentKind]: readonly FileField[] } = {
  process: [
    // Certificates before the keys, which must belong to those beside them.
    { path: ['listen', 'tls', 'certFile'], holds: 'certificate' },
    { path: ['listen', 'tls', 'keyFile'], holds: 'private-key' },
    { path: ['listen', 'tls', 'certificates', each, 'certFile'], holds: 'certificate' },
    { path: ['listen', 'tls', 'certificates', each, 'keyFile'], holds: 'private-key' },
    { path: ['listen', 'tls', 'clientCaFile'], holds: 'authorities' },
    { path: ['listen', 'tls', 'clientCrlFile'], holds: 'revocations' },
    { path: ['admin', 'tls', 'certFile'], holds: 'certificate' },
    { path: ['admin', 'tls', 'keyFile'], holds: 'private-key' },
    { path: ['admin', 'oidc', 'jwksFile'], holds: 'key-set' },
    { path: ['unleash', 'backupDir'], holds: 'directory-to-be' },
    { path: ['store', 'dir'], holds: 'directory-to-be' },
  ],
  route: [
    { path: ['v1', 'tls', 'caFile'], holds: 'authorities' },
    { path: ['v1', 'tls', 'certFile'], holds: 'certificate' },
    { path: ['v1', 'tls', 'keyFile'], holds: 'private-key' },
    { path: ['v2', 'tls', 'caFile'], holds: 'authorities' },
    { path: ['v2', 'tls', 'certFile'], holds: 'certificate' },
    { path: ['v2', 'tls', 'keyFile'], holds: 'private-key' },
  ],
  policy: [
    { path: ['auth', 'jwksFile'], holds: 'key-set' },
    { path: ['auth', 'issuers', each, 'jwksFile'], holds: 'key-set' },
  ],
  flag: [],
}

/** The fields of a document that name files, with the lists that it has. */
export function fileFieldsOf(kind: DocumentKind, tree: unknown): FileField[] {
  return fileFields[kind].flatMap(({ path, holds }) => {
    const at = path.indexOf(each)
    if (at === -1) return [{ path, holds }]
    const list = valueAt(tree, path.slice(0, at))
    if (!Array.isArray(list)) return []
    return list.map((_, i) => ({
      path: [...path.slice(0, at), i, ...path.slice(at + 1)],
      holds,
    }))
  })
}

/** A copy of `config` in which these fields are absolute paths. */
export function withAbsolutePaths<T>(kind: DocumentKind, config: T, dir: string): T {
  const copy = structuredClone(config)
  for (const { path } of fileFieldsOf(kind, copy)) {
    const written = valueAt(copy, path)
    if (typeof written === 'string') setAt(copy, path, resolve(dir, written))
  }
  return copy
}
