import type { Fault } from './fault.ts'
import { type FieldPath, fieldName, valueAt } from './field-path.ts'

export type DocumentKind = 'process' | 'route' | 'policy' | 'flag'

/** One configuration file as found on disk. */
export interface SourceFile {
  readonly kind: DocumentKind
  /** Path relative to the configuration directory, with `/`. */
  readonly file: string
  /** File name without its ending. */
  readonly name: string
  readonly text: string
}

/** 1-based, as editors count. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** A parsed file: plain data, and where each piece of it was written. */
export interface ConfigDocument {
  readonly kind: DocumentKind
  readonly file: string
  readonly name: string
  /** The contents with secrets resolved; never printed. */
  readonly value: unknown
  /** The contents with `***` for secrets, as faults may show them. */
  readonly shown: unknown
  /** Where the value at `path`, or its key, was written; the nearest parent for what is missing. */
  position(path: FieldPath, part: 'value' | 'key'): Position
}

const maxShown = 80

/** A value as faults show it: JSON of at most 80 characters. */
export function received(value: unknown): string {
  const json = JSON.stringify(value) ?? 'nothing'
  return json.length > maxShown ? `${json.slice(0, maxShown - 1)}…` : json
}

/** A fault about the value at `path`, or about its key where the key is what is wrong. */
export function faultAt(
  document: ConfigDocument,
  path: FieldPath,
  rule: string,
  about: { readonly hint?: string | undefined; readonly part?: 'value' | 'key' } = {},
): Fault {
  const { file, shown } = document
  return {
    file,
    ...document.position(path, about.part ?? 'value'),
    field: fieldName(path),
    rule,
    received: about.part === 'key' ? null : received(valueAt(shown, path)),
    ...(about.hint === undefined ? {} : { hint: about.hint }),
  }
}

/** Whether the author wrote this field, be it right or wrong. */
export function isWritten(document: ConfigDocument, path: FieldPath): boolean {
  return valueAt(document.shown, path) !== undefined
}
