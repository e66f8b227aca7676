import type { Snapshot } from '../config/snapshot.ts'
import { changeInWords } from '../fleet/latch/latch-in-words.ts'
import type { LatchKeeper } from '../fleet/latch/latch-keeper.ts'
import { type Gate, type GateSignal, gateOf } from '../rollout/gate.ts'
import type { Experimenting } from './experimenting.ts'
import type { createJudging } from './judging.ts'

export interface GatesDeps {
  readonly snapshot: () => Snapshot
  readonly keeper: Pick<LatchKeeper, 'stateOf'>
  readonly experiments: Pick<Experimenting, 'reports'>
  readonly judging: Pick<ReturnType<typeof createJudging>, 'verdicts' | 'isLive'>
}

/** Whether V2 may go on, by what is judged now. */
export function createGates({ snapshot, keeper, experiments, judging }: GatesDeps) {
  /** `isLive`: whether V2 is known to have clients, whatever was seen of them of late. */
  function of(flag: string, signal: GateSignal | null, isLive = false): Gate {
    const latch = keeper.stateOf(flag)
    return gateOf({
      flag,
      routes: snapshot().routes,
      verdicts: judging.verdicts(),
      experiments: experiments
        .reports()
        .filter(each => each.flag === flag)
        .map(({ name, verdict, text }) => ({ name, verdict, text })),
      isLive: isLive || judging.isLive(flag),
      switchedBack: latch.state === 'tripped' ? changeInWords(latch) : null,
      signal,
    })
  }

  return {
    of,
    /** Of every flag that a route names. */
    all(signal: GateSignal | null): readonly Gate[] {
      const flags = new Set(snapshot().routes.flatMap(({ flag }) => flag ?? []))
      return [...flags].map(flag => of(flag, signal))
    },
  }
}

export type Gates = ReturnType<typeof createGates>
