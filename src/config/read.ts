import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DocumentKind, SourceFile } from './document.ts'
import { received } from './document.ts'
import type { Fault } from './fault.ts'

/** Most bytes of one file; a larger one is no configuration. */
export const maxFileBytes = 1024 * 1024

export const processFile = 'switchback.yaml'

/** The folders that operators edit, each with the only ending it takes. */
export const folders = [
  { name: 'routes', kind: 'route', ending: '.yaml' },
  { name: 'policies', kind: 'policy', ending: '.yaml' },
  { name: 'flags', kind: 'flag', ending: '.json' },
] as const

/** Names serve as metric labels and in commands. */
const nameRule = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,99}$/

export interface Sources {
  readonly sources: readonly SourceFile[]
  /** Files that are there but cannot be read, so that nobody is told that they are missing. */
  readonly unreadable: readonly Pick<SourceFile, 'kind' | 'name'>[]
  readonly faults: readonly Fault[]
}

/** Reads `switchback.yaml` and the three folders. A file that would be ignored by its name is a fault. */
export async function readSources(dir: string): Promise<Sources> {
  const sources: SourceFile[] = []
  const unreadable: Pick<SourceFile, 'kind' | 'name'>[] = []
  const faults: Fault[] = []

  async function add(kind: DocumentKind, file: string, name: string): Promise<void> {
    const text = await readText(join(dir, file))
    if (text.ok) sources.push({ kind, file, name, text: text.text })
    else {
      unreadable.push({ kind, name })
      faults.push(fileFault(file, text.rule, text.received))
    }
  }

  const top = await list(dir)
  if (!top.ok) return { sources, unreadable, faults: [directoryFault(dir, top.received)] }
  if (top.names.includes(processFile)) await add('process', processFile, 'switchback')
  else sources.push({ kind: 'process', file: processFile, name: 'switchback', text: '' })
  for (const name of top.names.filter(name => /^switchback\.(yml|json)$/.test(name))) {
    faults.push(fileFault(name, `named ${processFile}`, received(name)))
  }

  for (const folder of folders) {
    const listed = await list(join(dir, folder.name))
    if (!listed.ok && listed.received !== 'none') {
      faults.push(directoryFault(folder.name, listed.received))
    }
    const names = listed.ok ? listed.names.filter(name => !isIgnored(name)) : []
    for (const entry of names) {
      const file = `${folder.name}/${entry}`
      const name = entry.slice(0, -folder.ending.length)
      if (!entry.endsWith(folder.ending)) {
        faults.push(fileFault(file, `named *${folder.ending}`, received(entry)))
      } else if (!nameRule.test(name)) {
        faults.push(fileFault(file, 'named with letters, digits and . _ ~ - only', received(entry)))
      } else {
        await add(folder.kind, file, name)
      }
    }
    if (folder.kind === 'route' && names.length === 0) {
      // A wrong directory looks just like this; serving 404 to everybody must not follow from it.
      const rule = 'a folder with at least one route, such as routes/search.yaml'
      faults.push({ ...directoryFault(folder.name, 'none'), rule })
    }
  }
  return { sources, unreadable, faults }
}

/** Dotfiles (also Kubernetes' `..data`), notes, and what editors leave behind. */
function isIgnored(entry: string): boolean {
  return entry.startsWith('.') || entry.startsWith('README') || /^#|~$/.test(entry)
}

function fileFault(file: string, rule: string, received: string): Fault {
  return { file, line: 1, column: 1, field: '', rule, received }
}

function directoryFault(path: string, received: string): Fault {
  return { ...fileFault(path, 'a readable directory', received), line: 0, column: 0 }
}

type Listed = { ok: true; names: string[] } | { ok: false; received: string }

async function list(dir: string): Promise<Listed> {
  try {
    return { ok: true, names: (await readdir(dir)).sort() }
  } catch (error) {
    return { ok: false, received: errorInWords(error, { ENOENT: 'none', ENOTDIR: 'a file' }) }
  }
}

export type TextFile =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly rule: string; readonly received: string }

/** Reads one UTF-8 file of at most 1 MiB; says what is wrong with it otherwise. */
export async function readText(path: string): Promise<TextFile> {
  try {
    const found = await stat(path)
    if (!found.isFile()) return { ok: false, rule: 'a regular file', received: 'something else' }
    if (found.size > maxFileBytes) {
      return {
        ok: false,
        rule: `a file of at most ${maxFileBytes} bytes`,
        received: `${found.size}`,
      }
    }
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path))
    return { ok: true, text }
  } catch (error) {
    if (error instanceof TypeError)
      return { ok: false, rule: 'UTF-8 text', received: 'other bytes' }
    return { ok: false, rule: 'a readable file', received: errorInWords(error) }
  }
}

const errors: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file, since a part of the path is a file',
  EACCES: 'no permission',
  EPERM: 'no permission',
  ELOOP: 'a link that leads back to itself',
}

/** What went wrong, without the path, which may hold a secret. */
function errorInWords(error: unknown, words: Readonly<Record<string, string>> = {}): string {
  if (!(error instanceof Error && 'code' in error)) return 'an unreadable one'
  const code = String(error.code)
  return words[code] ?? errors[code] ?? code
}
