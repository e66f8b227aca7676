import type { ListenTls } from '../../config/listen-tls.ts'
import { byServerName } from '../../ingress/server-names.ts'
import { type Judgement, ok, problem, warning } from './judgement.ts'

/** Whether each host that routes ask for is in one of the certificates. `hosts` as `match.host` has them. */
export function judgeNames(
  { certificates, unknownNames }: Pick<ListenTls, 'certificates' | 'unknownNames'>,
  hosts: readonly string[],
): Judgement[] {
  const find = byServerName(certificates.map(({ names }) => ({ names, value: true })))
  // `*.a.example` is among the names as it is written.
  const without = [...new Set(hosts)].filter(host => find(host) === undefined)
  if (hosts.length === 0) return []
  if (without.length === 0) return [ok('has the names of all routes')]
  const found = `no certificate is for ${without.join(', ')}`
  const next = 'add a certificate with that name to listen.tls.certificates'
  return unknownNames === 'refuse' ? [problem(found, next)] : [warning(found, next)]
}
