export function chromiumPath(): string | null
export function ensureChromium(): boolean
