/** Where other parts of the page find the form: buttons beside it name it, with and without JavaScript. */
export const mailServerFormId = 'mail-server-form'
