import { describe, expect, it } from 'vitest'
import { histogram, prometheusText } from './prometheus'

describe('the text format of Prometheus', () => {
  it('has help and type before the samples, and ends with a line break', () => {
    const text = prometheusText([
      { name: 'a_total', type: 'counter', help: 'Ones.', samples: [{ value: 3 }] },
      { name: 'b', type: 'gauge', help: 'Back\\slash\nand line', samples: [] },
    ])
    expect(text).toBe(
      '# HELP a_total Ones.\n# TYPE a_total counter\na_total 3\n# HELP b Back\\\\slash\\nand line\n# TYPE b gauge\n',
    )
  })

  it('escapes what labels are made of', () => {
    const samples = [{ labels: { server: 'say "hi"\\\nbye', kind: 'ä' }, value: 0.5 }]
    expect(prometheusText([{ name: 'a', type: 'gauge', help: '', samples }])).toContain(
      'a{server="say \\"hi\\"\\\\\\nbye",kind="ä"} 0.5\n',
    )
  })

  it('adds up the classes of a histogram', () => {
    const samples = histogram({ kind: 'k' }, [1, 5, 1e9], new Map([[1, 2], [1e9, 1]]), 7) // biome-ignore format: short
    expect(
      prometheusText([{ name: 'h', type: 'histogram', help: '', samples }])
        .split('\n')
        .slice(2),
    ).toEqual([
      'h_bucket{kind="k",le="1"} 2',
      'h_bucket{kind="k",le="5"} 2',
      'h_bucket{kind="k",le="+Inf"} 3',
      'h_sum{kind="k"} 7',
      'h_count{kind="k"} 3',
      '',
    ])
  })
})
