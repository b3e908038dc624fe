import { accentOf, isColour } from '@/lib/accent'

/** For the head of every page: what the accent colour of the installation changes; nothing for the built-in one. */
export function AccentStyle({ accent }: { accent: string }) {
  if (!isColour(accent)) return null
  const { light, dark } = accentOf(accent)
  const both = (name: keyof typeof light) => `light-dark(${light[name]}, ${dark[name]})`
  const css = [
    `--accent: ${both('fill')}`,
    `--accent-strong: ${both('strong')}`,
    `--on-accent: ${both('onFill')}`,
    `--accent-ink: ${both('ink')}`,
    `--accent-soft: ${both('soft')}`,
    `--focus: ${both('ink')}`,
  ].join('; ')
  // Twice the root, so that it counts for more than the styles of the build wherever they stand.
  return <style>{`:root:root { ${css} }`}</style>
}
