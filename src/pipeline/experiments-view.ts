import type { ExperimentRefusal, ExperimentsView } from '../experiment/experiments-view.ts'
import type { Experimenting } from './experimenting.ts'

/** What operators see of experiments and can do with them, in words. */
export function createExperimentsView(
  experiments: Pick<Experimenting, 'reports' | 'deskOf'>,
): ExperimentsView {
  const { reports, deskOf } = experiments

  return {
    experiments: reports,
    async pushValues(name, values) {
      const desk = deskOf(name)
      const cannot = (refusal: ExperimentRefusal, rule: string) => {
        const text = `Cannot take the values: ${rule}, received ${JSON.stringify(name)}`
        return { taken: false, refusal, text } as const
      }
      if (desk === null) return cannot('no-experiment', 'name must be that of an experiment')
      if (desk.report().rule.from !== 'pushed') {
        return cannot('not-pushed', 'name must be that of an experiment from pushed')
      }
      try {
        return { taken: true, ...countsOf(await desk.push(values)) }
      } catch (error) {
        return cannot('store-down', (error as Error).message)
      }
    },
    async restartExperiment(name, who, why) {
      const desk = deskOf(name)
      const cannot = (refusal: ExperimentRefusal, rule: string) => {
        const text = `Cannot begin anew: ${rule}, received ${JSON.stringify(name)}`
        return { done: false, refusal, text } as const
      }
      if (desk === null) return cannot('no-experiment', 'name must be that of an experiment')
      try {
        const report = await desk.restart(who, why)
        return { done: true, report, text: `${name} begins anew: its users are forgotten` }
      } catch (error) {
        return cannot('store-down', (error as Error).message)
      }
    },
  }
}

type Fates = Awaited<ReturnType<NonNullable<ReturnType<Experimenting['deskOf']>>['push']>>

/** Of a user that crossed the value is known and says nothing; it was taken all the same. */
function countsOf(fates: Fates): { added: number; unknown: number; late: number } {
  const late = fates.filter(fate => fate === 'late').length
  const unknown = fates.filter(fate => fate === 'unknown').length
  return { added: fates.length - late - unknown, unknown, late }
}
