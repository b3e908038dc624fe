import { getTranslations } from 'next-intl/server'
import { classNames } from '@/components/class-names'
import { Icon } from '@/components/icon'
import { chooseThemeAction } from './choose-theme'
import { chosenTheme, themes } from './theme'

const icons = { system: 'monitor', light: 'sun', dark: 'moon' } as const

/** Three buttons, of which one is pressed: as the system says, light, dark. */
export async function ThemeSwitch() {
  const t = await getTranslations('theme')
  const chosen = await chosenTheme()
  return (
    <form action={chooseThemeAction}>
      <fieldset className="flex gap-1 px-1">
        <legend className="sr-only">{t('legend')}</legend>
        {themes.map(theme => (
          <button
            key={theme}
            type="submit"
            name="theme"
            value={theme}
            aria-pressed={theme === chosen}
            title={t(theme)}
            className={classNames(
              'grid size-8 place-items-center rounded-md',
              theme === chosen ? 'bg-sunken text-ink' : 'text-muted hover:bg-sunken hover:text-ink',
            )}
          >
            <Icon name={icons[theme]} className="size-4" />
            <span className="sr-only">{t(theme)}</span>
          </button>
        ))}
      </fieldset>
    </form>
  )
}
