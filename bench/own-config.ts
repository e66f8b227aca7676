import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Document, parseDocument } from 'yaml'

/** Starts Switchback as it stands here with a configuration. */
export function switchbackArgv(configDir: string): string[] {
  return [
    process.execPath,
    join(import.meta.dirname, '../src/main.ts'),
    'start',
    '--config',
    configDir,
  ]
}

/**
 * Copies a configuration, on ports of its own.
 * @param from Name of a directory beside this file.
 * @returns Its directory.
 */
export function copyConfig(from: string, scratchDir: string, name: string, port: number): string {
  const dir = join(scratchDir, name)
  cpSync(join(import.meta.dirname, from), dir, {
    recursive: true,
    filter: path => !path.endsWith('.switchback'),
  })
  edit(join(dir, 'switchback.yaml'), document => {
    document.setIn(['listen', 'port'], port)
    document.setIn(['admin', 'port'], port + 200)
  })
  return dir
}

export function edit(file: string, change: (document: Document) => void): void {
  const document = parseDocument(readFileSync(file, 'utf8'))
  change(document)
  writeFileSync(file, String(document))
}
