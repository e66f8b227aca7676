import { resolve } from 'node:path'
import type { FieldPath } from './field-path.ts'
import { readText } from './read.ts'

export interface SecretProblem {
  readonly path: FieldPath
  readonly rule: string
  readonly received: string
}

export interface Resolved {
  /** The contents with references replaced; never printed. */
  readonly value: unknown
  /** The same with `***` for every text that holds a resolved reference. */
  readonly shown: unknown
  readonly problems: readonly SecretProblem[]
  /** Absolute paths of the files referred to. */
  readonly files: readonly string[]
}

interface Sources {
  /** Relative `${file:…}` paths start here. */
  readonly dir: string
  readonly env: Readonly<Record<string, string | undefined>>
}

const hidden = '***'
const reference = /\$\$\{|\$\{([^}]*)\}|\$\{/g
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/

/**
 * Replaces `${NAME}` by an environment variable and `${file:/path}` by the contents of a file, less
 * one line break at its end, in every text of a document. `$${` stands for a literal `${`.
 */
export async function resolveSecrets(written: unknown, sources: Sources): Promise<Resolved> {
  const problems: SecretProblem[] = []
  const files: string[] = []

  async function walk(node: unknown, path: FieldPath): Promise<{ value: unknown; shown: unknown }> {
    if (typeof node === 'string') return resolveText(node, path)
    if (typeof node !== 'object' || node === null) return { value: node, shown: node }
    const entries = await Promise.all(
      Object.entries(node).map(async ([key, child]) => {
        const step = Array.isArray(node) ? Number(key) : key
        return [key, await walk(child, [...path, step])] as const
      }),
    )
    if (Array.isArray(node)) {
      return { value: entries.map(([, r]) => r.value), shown: entries.map(([, r]) => r.shown) }
    }
    return {
      value: Object.fromEntries(entries.map(([key, r]) => [key, r.value])),
      shown: Object.fromEntries(entries.map(([key, r]) => [key, r.shown])),
    }
  }

  async function resolveText(text: string, path: FieldPath) {
    let value = ''
    let end = 0
    let secret = false
    for (const match of text.matchAll(reference)) {
      value += text.slice(end, match.index)
      end = match.index + match[0].length
      if (match[0] === '$${') {
        value += '${'
        continue
      }
      secret = true
      const found = await lookUp(match[1], sources)
      if (found.file !== undefined) files.push(found.file)
      if (found.ok) value += found.value
      else problems.push({ path, rule: found.rule, received: found.received })
    }
    value += text.slice(end)
    return { value, shown: secret ? hidden : value }
  }

  return { ...(await walk(written, [])), problems, files }
}

type Found = { readonly file?: string } & (
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly rule: string; readonly received: string }
)

async function lookUp(name: string | undefined, { dir, env }: Sources): Promise<Found> {
  if (name?.startsWith('file:')) {
    const file = resolve(dir, name.slice('file:'.length))
    const read = await readText(file)
    if (read.ok) return { ok: true, value: read.text.replace(/\r?\n$/, ''), file }
    const rule = `\${${name}} with ${read.rule} behind it`
    return { ok: false, rule, received: read.received, file }
  }
  if (name === undefined || !variableName.test(name)) {
    return {
      ok: false,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the form that operators write
      rule: '${NAME}, ${file:/path}, or $${ for a literal ${',
      received: 'another form',
    }
  }
  const value = env[name]
  if (value === undefined) {
    return {
      ok: false,
      rule: `\${${name}} with ${name} set in the environment`,
      received: 'nothing',
    }
  }
  return { ok: true, value }
}
