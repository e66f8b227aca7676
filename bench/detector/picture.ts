import { createRandom } from '../../src/cli/demo/random.ts'
import { createDetector, designDetector } from '../../src/guard/detector.ts'
import { allowed, certainty, healthy } from './delays.ts'

/** Requests shown before V2 turns bad, and after; and over how many its share is taken. */
const before = 600
const shown = 1400
const smoothed = 100
const badShare = 0.05

/** How the run went, request by request. */
interface Course {
  readonly shares: readonly number[]
  readonly heights: readonly number[]
  /** The request that made it a breach. */
  readonly breachAt: number
  readonly evidence: { readonly bad: number; readonly events: number }
}

function course(): Course {
  const random = createRandom(20_261_121)
  const detector = createDetector(designDetector(allowed, certainty))
  const fails: number[] = []
  for (let i = 0; i < 20_000; i++) detector.add(random() < healthy)
  const shares: number[] = []
  const heights: number[] = []
  let breachAt = -1
  let evidence = detector.since()
  for (let i = 0; i < shown; i++) {
    const isBad = random() < (i < before ? healthy : badShare)
    fails.push(isBad ? 1 : 0)
    const recent = fails.slice(-smoothed)
    shares.push(recent.reduce((sum, fail) => sum + fail, 0) / recent.length)
    // Switched back: V2 is asked no more, and nothing is added.
    if (breachAt === -1 && detector.add(isBad)) {
      breachAt = i
      evidence = detector.since()
    }
    heights.push(detector.height)
    if (breachAt !== -1) break
  }
  if (breachAt === -1) throw new Error('Cannot draw: the run must end in a breach')
  return { shares, heights, breachAt, evidence }
}

const left = 92
const width = 860
const right = width - 40
const x = (request: number) => left + ((right - left) * request) / shown

/** A panel: from `top` down to `bottom`, for values from 0 to `most`. */
interface Panel {
  readonly top: number
  readonly bottom: number
  readonly most: number
}
const sharePanel: Panel = { top: 64, bottom: 174, most: 0.08 }
const heightPanel: Panel = { top: 236, bottom: 356, most: 1.15 }

function y({ top, bottom, most }: Panel, value: number): number {
  return bottom - ((bottom - top) * Math.min(value, most)) / most
}

function line(panel: Panel, values: readonly number[]): string {
  return values
    .map((value, i) => `${i === 0 ? 'M' : 'L'}${x(i).toFixed(1)} ${y(panel, value).toFixed(1)}`)
    .join('')
}

function level(panel: Panel, value: number, label: string): string {
  const at = y(panel, value).toFixed(1)
  return `<path class="limit" d="M${left} ${at}H${right}"/>
  <text class="dim" x="${left - 8}" y="${Number(at) + 4}" text-anchor="end">${label}</text>`
}

function axis({ top, bottom }: Panel): string {
  return `<path class="axis" d="M${left} ${top}V${bottom}H${right}"/>
  <text class="dim" x="${left - 8}" y="${bottom + 4}" text-anchor="end">0</text>`
}

/** A breach as the detector sees it, as SVG that can be read on a light page and on a dark one. */
export function picture(): string {
  const { shares, heights, breachAt, evidence } = course()
  const bad = x(before).toFixed(1)
  const breach = x(breachAt).toFixed(1)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} 404" font-family="system-ui, sans-serif" font-size="15" role="img" aria-labelledby="t d">
  <title id="t">How the detector finds a V2 that begins to fail</title>
  <desc id="d">Above, V2's share of failures rises from ${healthy * 100} to ${badShare * 100} percent, where 1 percent is allowed. Below, the evidence climbs from zero to its threshold within ${breachAt - before + 1} requests: the breach.</desc>
  <style>
    rect.page { fill: #fbfcfd }
    .text { fill: #1b2a3a }
    .dim { fill: #5a6b7c; font-size: 13px }
    .axis { stroke: #9aa8b5; fill: none }
    .limit { stroke: #5a6b7c; stroke-dasharray: 5 4; fill: none }
    .share { stroke: #3d5a80; stroke-width: 1.8; fill: none }
    .height { stroke: #c8553d; stroke-width: 1.8; fill: none }
    .moment { stroke: #9aa8b5; stroke-dasharray: 2 4; fill: none }
    .breach { stroke: #c8553d; fill: none }
    .red { fill: #a8432d }
    circle { fill: #c8553d }
    @media (prefers-color-scheme: dark) {
      rect.page { fill: #12181f }
      .text { fill: #e3eaf1 }
      .dim { fill: #9fb0c0 }
      .limit { stroke: #9fb0c0 }
      .share { stroke: #8fb4de }
      .height, .breach { stroke: #ef8a72 }
      .red { fill: #f2a18d }
      circle { fill: #ef8a72 }
    }
  </style>
  <rect class="page" width="${width}" height="404" rx="10"/>
  <text class="text" x="${left}" y="34" font-weight="600">V2's failures, of the last ${smoothed} requests</text>
  ${axis(sharePanel)}
  ${level(sharePanel, allowed, '1 %')}
  <text class="dim" x="${left - 8}" y="${sharePanel.top + 4}" text-anchor="end">8 %</text>
  <text class="dim" x="${right}" y="${y(sharePanel, allowed).toFixed(1)}" dy="-6" text-anchor="end">allowed</text>
  <path class="share" d="${line(sharePanel, shares)}"/>
  <text class="text" x="${left}" y="216" font-weight="600">Evidence against V2</text>
  ${axis(heightPanel)}
  ${level(heightPanel, 1, 'threshold')}
  <path class="height" d="${line(heightPanel, heights)}"/>
  <path class="moment" d="M${bad} ${sharePanel.top}V${heightPanel.bottom}"/>
  <path class="breach" d="M${breach} ${sharePanel.top}V${heightPanel.bottom}"/>
  <circle cx="${breach}" cy="${y(heightPanel, 1).toFixed(1)}" r="5"/>
  <text class="dim" x="${bad}" y="382" text-anchor="middle">V2 begins to fail</text>
  <text class="red" x="${Number(breach) + 10}" y="${heightPanel.top + 42}">breach, ${breachAt - before + 1} requests later:</text>
  <text class="red" x="${Number(breach) + 10}" y="${heightPanel.top + 62}">${evidence.bad} of ${evidence.events} failed</text>
  <text class="dim" x="${Number(breach) + 10}" y="${sharePanel.top + 14}">all traffic is on V1</text>
  <text class="dim" x="${right}" y="382" text-anchor="end">requests to V2</text>
</svg>
`
}
