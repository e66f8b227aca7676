import { hash, randomBytes } from 'node:crypto'
import type { AdminRole } from '../config/schema-admin.ts'

export interface TokenOptions {
  readonly name: string
  readonly role: AdminRole
  readonly until?: string | undefined
  readonly out: (line: string) => void
}

/** Twice what nobody can guess. */
const tokenBytes = 32

/** So that whoever finds one knows what it is. */
const prefix = 'sbadm_'

/** `switchback token`: makes a token, and the lines that let it in; nothing is kept of it. */
export function token({ name, role, until, out }: TokenOptions): void {
  const made = `${prefix}${randomBytes(tokenBytes).toString('base64url')}`
  const last = until === undefined ? '' : `, until: ${until}`
  out(made)
  out('')
  out(`That is the token of ${name}, shown this once. In switchback.yaml:`)
  out('')
  out('admin:')
  out('  tokens:')
  out(`    - { name: ${name}, role: ${role}, sha256: "${hash('sha256', made)}"${last} }`)
}
