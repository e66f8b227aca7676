import type { ConfigDocument, SourceFile } from './document.ts'
import type { Fault } from './fault.ts'
import { type FieldPath, fieldName, setAt, valueAt } from './field-path.ts'
import { parseSource } from './parse.ts'
import { resolveSecrets } from './secrets.ts'

/** Secrets even where they are written out, against all advice. */
const secretFields: readonly FieldPath[] = [
  ['cookieSecret'],
  ['unleash', 'token'],
  ['unleash', 'admin', 'token'],
]

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
  if (kind === 'process') {
    for (const path of [...secretFields, ...webhookSecrets(shown)]) {
      if (valueAt(shown, path) !== undefined) setAt(shown, path, '***')
    }
    const redis = valueAt(shown, ['store', 'redis'])
    if (typeof redis === 'string') setAt(shown, ['store', 'redis'], withoutLogin(redis))
  }
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

function webhookSecrets(shown: unknown): FieldPath[] {
  const webhooks = valueAt(shown, ['webhooks'])
  return Array.isArray(webhooks) ? webhooks.map((_, i) => ['webhooks', i, 'secret']) : []
}

/** A URL that may carry a password, with the rest of it still to be read. */
function withoutLogin(url: string): string {
  return url.replace(/^([^/]*\/\/)?.*@/, '$1***@')
}
