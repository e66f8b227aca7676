import type { Command } from 'commander'
import { seconds } from './arguments.ts'
import type { DiffCommandsDeps } from './diff/diff-commands.ts'
import { revoke } from './revoke.ts'

/** `switchback revoke`. */
export function addRevokeCommand(program: Command, deps: DiffCommandsDeps): void {
  const { onRunning, reads, ended, ...told } = deps
  onRunning(
    program
      .command('revoke')
      .description('refuse a token, all tokens of a caller, or those of a session, from now on')
      .option('--jti <id>', 'the token with this id')
      .option('--sub <id>', 'the tokens of this caller that were issued so far')
      .option('--sid <id>', 'the tokens of this session')
      .option('--iss <issuer>', 'those of this issuer alone (default: whoever issued them)')
      .option(
        '--before <moment>',
        'with --sub: those issued before it (default: now)',
        reads(seconds),
      )
      .option(
        '--until <moment>',
        'with --jti and --sid: when they are over anyway (default: the longest life of a token)',
        reads(seconds),
      )
      .requiredOption('--why <text>', 'for the audit'),
  ).action(async ({ config: dir, ...options }) => {
    ended(await revoke({ ...options, ...told, dir }))
  })
}
