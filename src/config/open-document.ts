import type { ConfigDocument, SourceFile } from './document.ts'
import type { Fault } from './fault.ts'
import { fieldName } from './field-path.ts'
import { hideSecrets } from './hide-secrets.ts'
import { parseSource } from './parse.ts'
import { resolveSecrets } from './secrets.ts'

export interface Opened {
  /** Null when the file cannot be parsed. */
  readonly document: ConfigDocument | null
  readonly faults: readonly Fault[]
  /** Absolute paths of the files that secrets are read from. */
  readonly files: readonly string[]
}

/** Parses one file and resolves its secrets. */
export async function openDocument(
  source: SourceFile,
  { dir, env }: { dir: string; env: Readonly<Record<string, string | undefined>> },
): Promise<Opened> {
  const { kind, file, name } = source
  const { value: parsed, faults, position } = parseSource(source)
  if (faults.length > 0) return { document: null, faults, files: [] }

  // A process file of nothing but comments is one with every default.
  const written = kind === 'process' ? (parsed ?? {}) : parsed
  // Flags are Unleash's own format, in which `${` has no meaning.
  const { value, shown, problems, files } =
    kind === 'flag'
      ? { value: written, shown: written, problems: [], files: [] }
      : await resolveSecrets(written, { dir, env })
  hideSecrets(kind, shown)
  return {
    document: { kind, file, name, value, shown, position },
    faults: problems.map(({ path, rule, received }) => ({
      file,
      ...position(path, 'value'),
      field: fieldName(path),
      rule,
      received,
    })),
    files,
  }
}
