-- CreateIndex
CREATE INDEX "OutboundMail_failed_invitation" ON "OutboundMail"("userId", "createdAt") WHERE ((state = 'failed'::"MailState") AND (kind = 'activation'::text));
