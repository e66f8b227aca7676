export interface Place {
  /** Name of the page. */
  readonly name: string
  readonly query: URLSearchParams
}

/** Where the browser is, below `/console/`. */
export function placeOf({ pathname, search }: Pick<Location, 'pathname' | 'search'>): Place {
  return { name: pathname.replace(/^\/console\//, ''), query: new URLSearchParams(search) }
}

/** Follows links between pages without loading the document anew; `onGo` hears of each, also of back and forth. */
export function followLinks(isPage: (name: string) => boolean, onGo: (place: Place) => void): void {
  document.addEventListener('click', event => {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (link === null || link.origin !== location.origin || link.target !== '') return
    // The skip link, and others within the page.
    if (link.hash !== '' || !isPage(placeOf(link).name)) return
    event.preventDefault()
    history.pushState(null, '', link.href)
    onGo(placeOf(location))
  })
  addEventListener('popstate', () => onGo(placeOf(location)))
}
