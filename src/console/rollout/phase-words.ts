import type { RolloutReport } from '../../fleet/rollout/rollout-report.ts'

type Phase = RolloutReport['phase']

/** What each phase means, for who does not know the word. */
export const phaseWords: Readonly<Record<Phase, string>> = {
  idle: 'V2 has no caller, and nothing is copied to it',
  shadowing: 'V2 has no caller, and copies of requests show what it does',
  progressing: 'the flag was told another percent and does not say so yet',
  holding: 'the stage goes on',
  'waiting-approval': 'all but the word of a person is there',
  promoted: 'the last stage is over',
  'switched-back': 'all callers have V1',
  paused: 'a person stopped it',
}
