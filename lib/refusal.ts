/**
 * An expected "no" of the domain: data for the interface, never an entry in the error log.
 * The code is looked up in the catalogue (`refusals.CODE`); `values` fill its placeholders.
 */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    readonly options: { field?: string; values?: Record<string, string | number> } = {},
  ) {
    super(code)
    this.name = 'Refusal'
  }
}
