/** The field in which a form says who it was rendered for. */
export const renderedForName = 'renderedFor'
