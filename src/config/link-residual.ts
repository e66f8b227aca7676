import { faultAt } from './document.ts'
import type { Fault } from './fault.ts'
import { isSecretHeader } from './secret-header.ts'
import type { Checked } from './validate.ts'

/** The rules of `residual` that a schema cannot say: names of clients are written down and shown. */
export function linkResidual({
  document,
  draft,
}: Pick<Checked<'process'>, 'document' | 'draft'>): Fault[] {
  return (draft.residual?.clientName ?? []).flatMap((way, i) =>
    typeof way === 'object' && 'header' in way && isSecretHeader(String(way.header))
      ? [
          faultAt(
            document,
            ['residual', 'clientName', i, 'header'],
            'a header that carries no secret',
          ),
        ]
      : [],
  )
}
