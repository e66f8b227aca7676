import { faultAt } from './document.ts'
import type { Fault } from './fault.ts'
import type { Checked } from './validate.ts'

/** No request may match two routes equally well: same host and path means different methods. */
export function linkOverlaps(routes: readonly Checked<'route'>[]): Fault[] {
  const readable = routes.filter(
    ({ faults }) => !faults.some(({ field }) => /^match\b/.test(field)),
  )
  return readable.flatMap((route, i) => {
    const earlier = readable.slice(0, i).find(other => overlap(route, other))
    if (earlier === undefined) return []
    const { file } = earlier.document
    return [
      faultAt(route.document, ['match'], `different in host, path or methods from that of ${file}`),
    ]
  })
}

function overlap(
  { draft: { match: a } }: Checked<'route'>,
  { draft: { match: b } }: Checked<'route'>,
) {
  if (a?.path === undefined || b?.path === undefined) return false
  if (a.host !== b.host || a.path !== b.path) return false
  if (a.methods === undefined || b.methods === undefined) return true
  return a.methods.some(method => method !== undefined && b.methods?.includes(method))
}
