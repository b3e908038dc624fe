/**
 * Shows which rules a password meets while it is typed: those that `PasswordRules` lists below its field. On pages
 * without React it travels as text (see app/(public)/public-page.tsx), so it knows nothing from outside of its own body.
 */
export function previewRules(): void {
  for (const list of document.querySelectorAll<HTMLElement>('ul[data-rules]:not([data-live])')) {
    const help = list.closest('[id$="-help"]')
    const field = help && (document.getElementById(help.id.slice(0, -5)) as HTMLInputElement | null)
    const said = list.nextElementSibling
    if (!field || !said) continue
    list.dataset.live = ''
    const { met = '', missing = '', all = '' } = list.dataset
    let waiting = 0
    let last = ''

    const isMet = ({ dataset: { least, kinds } }: HTMLElement, text: string) => {
      const found = kinds
        ? (JSON.parse(kinds) as string[]).filter(kind => new RegExp(kind, 'u').test(text))
        : [...text]
      return found.length >= Number(least)
    }
    const show = () => {
      const text = field.value.normalize('NFC')
      const open: string[] = []
      for (const rule of list.querySelectorAll<HTMLElement>('li[data-least]')) {
        const yes = text !== '' && isMet(rule, text)
        rule.toggleAttribute('data-met', yes)
        const word = rule.querySelector('[data-word]')
        if (word) word.textContent = yes ? met : ''
        if (!yes) open.push(rule.dataset.text ?? '')
      }
      // Told once somebody pauses, and only what is new.
      const sentence = text === '' ? '' : open.length > 0 ? `${missing} ${open.join(' ')}` : all
      clearTimeout(waiting)
      waiting = window.setTimeout(() => {
        if (sentence !== last) said.textContent = sentence
        last = sentence
      }, 800)
    }
    field.addEventListener('input', show)
    field.form?.addEventListener('reset', () => setTimeout(show))
    show()
  }
}
