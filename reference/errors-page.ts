import { refusalStatuses } from '../src/admin/refusal.ts'
import { type Refusal, refusals } from '../src/errors.ts'
import { code, pageOf, tableOf } from './markdown.ts'
import { refusalNotes } from './refusal-notes.ts'

/** `errors.md`: every answer that the gateway gives in its own name, to clients and to operators. */
export function errorsPage(): string {
  const rows = Object.entries(refusals).map(([word, { status, title }]) => {
    const { when, client, operator } = refusalNotes[word as Refusal]
    return [String(status), code(word), title, when, client, linked(operator)]
  })
  const byStatus = Map.groupBy(Object.entries(refusalStatuses), ([, status]) => status)
  return pageOf(
    'Errors',
    'What is answered by an upstream passes as it is. What the gateway answers itself is an RFC 9457 problem document whose `code` is one of these words; the same word is `refusal` in the access log and `reason` in `switchback_refusals_total`.',
    [
      '## To clients',
      tableOf(['status', 'code', 'told', 'when', 'a client does', 'an operator does'], rows),
      '## To operators',
      'The admin listener answers `{"error":"<word>","message":"Cannot …: … must be …, received …"}`; [the admin listener](../admin-api.md#refusals) says more of some.',
      tableOf(
        ['status', 'words'],
        [...byStatus].map(([status, words]) => [
          String(status),
          words.map(([word]) => code(word)).join(', '),
        ]),
      ),
      '## On the command line',
      'A command that fails says why on standard error, in one line that ends with what it received, and with the [exit code](cli.md#exit-codes) that says what kind of failure it was. Faults of the configuration have file, line, column, field, rule and value: `switchback check` lists them all.',
    ],
  )
}

/** A page that is named becomes one that is linked. */
function linked(text: string): string {
  return text.replaceAll(/docs\/([\w-]+)\.md/g, '[$1](../$1.md)')
}
