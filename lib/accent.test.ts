import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { accentOf, contrast, grounds } from './accent'

const colour = fc.integer({ min: 0, max: 0xffffff }).map(number => `#${number.toString(16).padStart(6, '0')}`)

const extremes = ['#000000', '#ffffff', '#ffff00', '#0000ff', '#777777', '#767676', '#ff0000', '#00ff00']

test('whatever the colour is, every text on every ground is readable and every control can be told', () => {
  const holds = (wanted: string) => {
    for (const brightness of ['light', 'dark'] as const) {
      const { fill, strong, onFill, ink, soft } = accentOf(wanted)[brightness]
      const { surfaces, texts } = grounds[brightness]
      for (const under of [fill, strong]) expect(contrast(onFill, under)).toBeGreaterThanOrEqual(4.5)
      for (const under of [...surfaces, soft]) expect(contrast(ink, under)).toBeGreaterThanOrEqual(4.5)
      for (const text of texts) expect(contrast(text, soft)).toBeGreaterThanOrEqual(4.5)
      for (const under of surfaces) expect(contrast(fill, under)).toBeGreaterThanOrEqual(3)
      for (const shade of [fill, strong, onFill, ink, soft]) expect(shade).toMatch(/^#[\da-f]{6}$/)
    }
  }
  fc.assert(fc.property(colour, holds), { numRuns: 2_000, examples: extremes.map(extreme => [extreme]) })
})

test('a colour that is readable already stays as it is', () => {
  expect(accentOf('#0b5fa5').light).toMatchObject({ fill: '#0b5fa5', ink: '#0b5fa5', onFill: '#ffffff' })
  expect(accentOf('#ffd400').dark).toMatchObject({ fill: '#ffd400', ink: '#ffd400', onFill: '#000000' })
})

test('a green that white is nearly readable on keeps its white text', () => {
  for (const { fill, onFill } of Object.values(accentOf('#0b8a5a')))
    expect([fill, onFill]).toEqual(['#0b8657', '#ffffff'])
})

test('contrast is that of WCAG', () => {
  expect(contrast('#000000', '#ffffff')).toBe(21)
  expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2)
})

test('the grounds are those of the interface', () => {
  const styles = readFileSync('app/globals.css', 'utf8')
  const names = { surfaces: ['canvas', 'surface', 'sunken'], texts: ['ink', 'muted'] } as const
  for (const part of ['surfaces', 'texts'] as const)
    for (const [at, name] of names[part].entries())
      expect(styles).toContain(
        `--${name}: light-dark(${grounds.light[part][at]}, ${grounds.dark[part][at]});`,
      )
})
