import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

/** What this repository asks a Prometheus, as its files say. */
export const deployed = join(import.meta.dirname, '../../deploy')

export interface Rule {
  readonly record?: string
  readonly alert?: string
  readonly expr: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}

export interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly description?: string
  readonly gridPos: Readonly<Record<'x' | 'y' | 'w' | 'h', number>>
  readonly datasource?: unknown
  readonly targets?: readonly {
    readonly refId: string
    readonly expr: string
    readonly legendFormat: string
    readonly datasource: unknown
  }[]
}

const recordsFile = join(deployed, 'prometheus/rules/recording.yaml')
const alertsFile = join(deployed, 'prometheus/rules/alerts.yaml')
export const ruleFiles = [recordsFile, alertsFile]

function rulesOf(file: string): Rule[] {
  const { groups } = parse(readFileSync(file, 'utf8'))
  return (groups as { rules: Rule[] }[]).flatMap(({ rules }) => rules)
}

export const records = rulesOf(recordsFile)
export const alerts = rulesOf(alertsFile)

export const dashboard = JSON.parse(
  readFileSync(join(deployed, 'grafana/switchback.json'), 'utf8'),
) as {
  readonly title: string
  readonly uid: string
  readonly panels: readonly Panel[]
  readonly templating: {
    readonly list: readonly { name: string; type: string; query: string }[]
  }
  readonly annotations: { readonly list: readonly { readonly expr: string }[] }
}

/** Each question of the dashboard, with the panel that asks it. */
export const questions = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => ({ title, expr })),
)

/** A question as Grafana sends it, when every instance and route is chosen. */
export function asked(expr: string): string {
  return expr
    .replaceAll('$__rate_interval', '1m')
    .replaceAll('$instance', '.*')
    .replaceAll('$route', '.*')
}

export interface Selector {
  readonly text: string
  readonly name: string
  readonly labels: readonly string[]
}

const functions =
  /^(sum|max|min|count|by|on|unless|or|and|rate|increase|changes|absent|vector|time|histogram_quantile)$/

/** The series that an expression asks for: names with their matchers. */
export function selectorsOf(expr: string): Selector[] {
  const bare = expr.replaceAll(/\b(by|on) *\([^)]*\)|\[[^\]]*\]/g, '')
  return [...bare.matchAll(/([a-zA-Z_:][\w:]*)(\{[^}]*\})?/g)]
    .filter(([, name = '']) => !functions.test(name))
    .map(([text, name = '', matchers = '']) => ({
      text,
      name,
      labels: [...matchers.matchAll(/(\w+) *(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
    }))
}

/** Labels that an expression groups by. */
export function groupsOf(expr: string): string[] {
  return [...expr.matchAll(/\b(?:by|on) *\(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list.split(',').map(label => label.trim()),
  )
}
