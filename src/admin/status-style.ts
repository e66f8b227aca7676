/** Colours follow the system's light or dark; what matters is also said in words. */
export const statusStyle = `
:root { --good: light-dark(#17692f, #6fd08c); --bad: light-dark(#b3261e, #ff8a80);
  --line: light-dark(#d5d7db, #3a3f47); --soft: light-dark(#f5f6f8, #1c2026) }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem;
  color: light-dark(#1b1d21, #e6e8eb); background: light-dark(#fff, #121519) }
h1 { font-size: 1.4rem; margin: 0 } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
h3 { font-size: 1rem; margin: 0 } p, ul { margin: .3rem 0 }
section { border: 1px solid var(--line); border-left: 6px solid var(--good); background: var(--soft);
  padding: .6rem .9rem; margin: .5rem 0; border-radius: 4px; overflow-wrap: anywhere }
section.tripped { border-left-color: var(--bad) } section.tripped h3 b { color: var(--bad) }
section.drill { border-left-style: dashed }
table { border-collapse: collapse; width: 100% } th { text-align: left; font-weight: 600 }
th, td { padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top;
  overflow-wrap: anywhere }
.good { color: var(--good) } .bad { color: var(--bad) } tr.bad td { color: var(--bad) }
code { font-size: .92em }
`
