import { findPackageJSON } from 'node:module'
import { dirname, join } from 'node:path'

/** Files of other packages that pages may have, by the name under which a module asks for them. */
const files = {
  'lit-html': 'lit-html/lit-html.js',
  'lit-html/directive.js': 'lit-html/directive.js',
  'lit-html/directive-helpers.js': 'lit-html/directive-helpers.js',
  'lit-html/directives/repeat.js': 'lit-html/directives/repeat.js',
  uplot: 'uplot/dist/uPlot.esm.js',
  'uplot/dist/uPlot.min.css': 'uplot/dist/uPlot.min.css',
} as const satisfies Readonly<Record<string, string>>

/** Paths below `/console/` with the files that are served there. */
export function vendorFiles(): ReadonlyMap<string, string> {
  return new Map(Object.values(files).map(file => [`vendor/${file}`, pathOf(file)]))
}

function pathOf(file: string): string {
  const [name = '', ...rest] = file.split('/')
  const manifest = findPackageJSON(name, import.meta.url)
  if (manifest === undefined) throw new Error(`Cannot serve the console: ${name} must be installed`)
  return join(dirname(manifest), ...rest)
}

/** A browser knows addresses alone: `from 'lit-html'` becomes the address of that file. Throws for another package. */
export function withVendorAddresses(code: string, file: string): string {
  return code.replaceAll(/(\bfrom |\bimport )'([^'./][^']*)'/g, (_all, before, name: string) => {
    if (!Object.hasOwn(files, name)) {
      throw new Error(`Cannot serve ${file}: import must be one of vendor.ts, received ${name}`)
    }
    return `${before}'/console/vendor/${files[name as keyof typeof files]}'`
  })
}
