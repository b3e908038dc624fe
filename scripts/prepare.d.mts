export const root: string
export function prepare(what?: { developing?: boolean }): Promise<void>
export function buildIfStale(): void
export function run(what: string, command: string, args: string[], options?: object): void
export function compileMailsIfStale(): void
export function bundled(entry: string): Promise<string>
