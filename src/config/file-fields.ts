import { resolve } from 'node:path'
import type { DocumentKind } from './document.ts'
import { type FieldPath, setAt, valueAt } from './field-path.ts'

/** A field that names a file or directory, relative to the configuration directory. */
export interface FileField {
  readonly path: FieldPath
  /** `secret` files must be readable, but their contents stay out of the version. */
  readonly holds: 'text' | 'secret' | 'key-set' | 'directory-to-be'
}

export const fileFields: { readonly [Kind in DocumentKind]: readonly FileField[] } = {
  process: [
    { path: ['listen', 'tls', 'certFile'], holds: 'text' },
    { path: ['listen', 'tls', 'keyFile'], holds: 'secret' },
    { path: ['unleash', 'backupDir'], holds: 'directory-to-be' },
  ],
  route: [
    { path: ['v1', 'tls', 'caFile'], holds: 'text' },
    { path: ['v2', 'tls', 'caFile'], holds: 'text' },
  ],
  policy: [{ path: ['auth', 'jwksFile'], holds: 'key-set' }],
  flag: [],
}

/** A copy of `config` in which these fields are absolute paths. */
export function withAbsolutePaths<T>(kind: DocumentKind, config: T, dir: string): T {
  const copy = structuredClone(config)
  for (const { path } of fileFields[kind]) {
    const written = valueAt(copy, path)
    if (typeof written === 'string') setAt(copy, path, resolve(dir, written))
  }
  return copy
}
