import { cookies } from 'next/headers'

/** How bright the pages are: as the reader's system says, or always the one or the other. */
export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** It says nothing of its reader, and is kept in the browser alone. */
export const themeCookie = 'latchkey.theme'

/** What this browser has chosen. */
export async function chosenTheme(): Promise<Theme> {
  const chosen = (await cookies()).get(themeCookie)?.value
  return themes.find(theme => theme === chosen) ?? 'system'
}

/** The attribute of `<html>` that the styles look at. */
export async function themeAttribute(): Promise<{ 'data-theme'?: Theme }> {
  const theme = await chosenTheme()
  return theme === 'system' ? {} : { 'data-theme': theme }
}
