import { describe, expect, it } from 'vitest'
import { GroupCommit, persist } from './group-commit'

describe('a group commit', () => {
  it('writes alone what comes alone, and together what gathers meanwhile', async () => {
    const written: number[][] = []
    let release = () => {}
    const group = new GroupCommit<number, number>(async items => {
      written.push(items)
      if (written.length === 1) await new Promise<void>(resolve => (release = resolve))
      return items.map(item => item * 10)
    })
    const first = group.add(1)
    await new Promise(resolve => setImmediate(resolve))
    await new Promise(resolve => setImmediate(resolve))
    const others = [group.add(2), group.add(3)]
    expect(group.waiting).toBe(2)
    release()
    expect(await Promise.all([first, ...others])).toEqual([10, 20, 30])
    expect(written).toEqual([[1], [2, 3]])
  })

  it('writes no more than so many at once', async () => {
    const sizes: number[] = []
    const group = new GroupCommit<number, void>(async items => {
      sizes.push(items.length)
      return items.map(() => undefined)
    }, 2)
    await Promise.all([1, 2, 3, 4, 5].map(item => group.add(item)))
    expect(sizes).toEqual([2, 2, 1])
  })

  it('has no more writes under way than there are writers', async () => {
    const written: number[][] = []
    const releases: (() => void)[] = []
    const group = new GroupCommit<number, number>(
      async items => {
        written.push(items)
        await new Promise<void>(resolve => releases.push(resolve))
        return items
      },
      2,
      false,
      2,
    )
    const all = Promise.all([1, 2, 3, 4, 5].map(item => group.add(item)))
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(written).toEqual([
      [1, 2],
      [3, 4],
    ])
    releases.shift()?.()
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(written).toEqual([[1, 2], [3, 4], [5]])
    for (const release of releases) release()
    expect(await all).toEqual([1, 2, 3, 4, 5])
  })

  it('tells those of a write that failed, and goes on with the next', async () => {
    let fails = true
    const group = new GroupCommit<number, number>(async items => {
      if (fails) throw new Error('away')
      return items
    })
    await expect(Promise.all([group.add(1), group.add(2)])).rejects.toThrow('away')
    fails = false
    expect(await group.add(3)).toBe(3)
  })
})

it('what must not be forgotten is written once the database is back', async () => {
  let tries = 0
  const write = async () => {
    tries += 1
    if (tries < 3) throw new Error('away')
    return 'written'
  }
  expect(await persist(write, 1, async () => false)).toBe('written')
  const never = async () => Promise.reject(new Error('never'))
  await expect(persist(never, 2, async () => true)).rejects.toThrow('never')
})
