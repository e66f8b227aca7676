import type { Command, Option } from 'commander'
import { exitCodes } from '../src/cli/exit-codes.ts'
import { createProgram } from '../src/cli/program.ts'
import { code, pageOf, tableOf } from './markdown.ts'

const exitCodesInWords: Readonly<Record<keyof typeof exitCodes, string>> = {
  done: 'Done. For `gate` it is open, for `diff` nothing is real, for `plan` no decision changes, for `doctor` there is no problem.',
  refused:
    'It was refused or failed, with the reason. For `check` there is a fault, for `doctor` a problem, for `audit --verify` the chain is not whole, for `drill` a worker was late.',
  badUsage: 'The command line makes no sense; the message says what it must be.',
  unreachable: 'Nobody answers at the admin address.',
  closed: 'Of `gate`: it is closed. Of `experiment`: V2 is worse.',
  notYet: 'Not decided yet, or nobody can say.',
  different: 'Of `diff`: V2 differs in ways that count.',
  denied: 'The gateway does not know who asks, or that person may not.',
  changes: 'Of `plan`: some requests would be decided differently.',
}

/** `cli.md`: every command with its arguments and options. */
export function cliPage(): string {
  const { command } = createProgram({ env: {}, out: () => {}, error: () => {} })
  return pageOf(
    'Commands',
    '`switchback <command> --help` says the same in the terminal. In a checkout a command is `npm run -s switchback -- <command>`, of an installed package `npx switchback <command>`.',
    [
      ...visible(command).flatMap(each => sectionsOf(each, 'switchback')),
      '## Exit codes',
      'Commands that ask a running gateway use all of them. `start`, `check`, `demo`, `doctor` and `explain` end with 0, 1 or 2.',
      tableOf(
        ['code', 'it means'],
        Object.entries(exitCodes).map(([name, number]) => [
          String(number),
          exitCodesInWords[name as keyof typeof exitCodes],
        ]),
      ),
      '## Environment',
      tableOf(
        ['variable', 'what it is'],
        [
          [
            code('SWITCHBACK_ADMIN_TOKEN'),
            'Token of who runs a command; `--token-file` goes before it.',
          ],
          [
            code('NODE_EXTRA_CA_CERTS'),
            'PEM file with authorities that are trusted beside those of Node.',
          ],
        ],
      ),
    ],
  )
}

function visible({ commands }: Command): Command[] {
  return commands.filter(each => !hidden(each))
}

/** Commander keeps it to itself. */
function hidden(command: Command): boolean {
  return (command as unknown as { readonly _hidden?: boolean })._hidden === true
}

function sectionsOf(command: Command, above: string): string[] {
  const name = `${above} ${command.name()}`
  const rows = [
    ...command.registeredArguments.map(each => [
      code(each.required ? `<${each.name()}>` : `[${each.name()}]`),
      '–',
      each.description,
    ]),
    ...command.options.filter(each => !each.hidden).map(optionRow),
  ]
  const table = rows.length === 0 ? [] : [tableOf(['', 'default', ''], rows)]
  const own = [`## ${name}`, sentence(command.description()), ...table]
  return [...own, ...visible(command).flatMap(each => sectionsOf(each, name))]
}

function optionRow(option: Option): string[] {
  const { flags, description, defaultValue, defaultValueDescription, argChoices, mandatory } =
    option
  const choices = argChoices === undefined ? '' : ` (${argChoices.join(', ')})`
  const given = mandatory
    ? '*required*'
    : defaultValue === undefined || defaultValue === false
      ? '–'
      : code(defaultValueDescription ?? String(defaultValue))
  return [code(flags), given, `${description}${choices}`]
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`
}
