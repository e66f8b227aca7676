import { formatFault } from '../config/format-fault.ts'
import { loadConfig } from '../config/load.ts'

export interface CheckOptions {
  /** The configuration directory. */
  readonly dir: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly out: (line: string) => void
}

/** `switchback check`: what a start with these files would say. Returns the exit code, 0 or 1. */
export async function check({ dir, env, out }: CheckOptions): Promise<number> {
  const loaded = await loadConfig({ dir, env })
  if (!loaded.ok) {
    const { faults } = loaded
    for (const fault of faults) out(formatFault(fault))
    const files = new Set(faults.map(({ file }) => file)).size
    out(`${count(faults.length, 'fault', 'faults')} in ${count(files, 'file', 'files')}`)
    return 1
  }
  const { routes, flags, version } = loaded.snapshot
  const policies = new Set(routes.map(({ policy }) => policy)).size
  const parts = [
    count(routes.length, 'route', 'routes'),
    count(policies, 'policy', 'policies'),
    count(flags.length, 'flag', 'flags'),
    `version ${version}`,
  ]
  out(`ok: ${parts.join(', ')}`)
  return 0
}

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`
}
