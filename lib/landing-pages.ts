/** The paths whose last part is a secret token. */
export const landingPages = /\/(activate|reset-password|confirm-email|not-me|setup|alarm|stop-mails)\//
