-- AlterTable
ALTER TABLE "MailServer" ADD COLUMN     "builtin" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "OutboundMail" ADD COLUMN     "kept" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "unconfirmed" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "OutboxControl" ADD COLUMN     "wakingCursor" TEXT,
ADD COLUMN     "wakingSince" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "MailServerSilence" (
    "versionId" UUID NOT NULL,
    "unanswered" INTEGER NOT NULL,

    CONSTRAINT "MailServerSilence_pkey" PRIMARY KEY ("versionId")
);

-- CreateTable
CREATE TABLE "OutboxTurn" (
    "rank" INTEGER NOT NULL,
    "tenantKey" UUID NOT NULL,

    CONSTRAINT "OutboxTurn_pkey" PRIMARY KEY ("rank")
);

-- CreateIndex
CREATE INDEX "OutboundMail_kept" ON "OutboundMail"("createdAt", "id") WHERE kept;

-- AddForeignKey
ALTER TABLE "MailServerSilence" ADD CONSTRAINT "MailServerSilence_versionId_fkey" FOREIGN KEY ("versionId") REFERENCES "MailServerVersion"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- The server that the seed made is the inbox as long as nobody has saved another address there.
UPDATE "MailServer" server SET "builtin" = true
    WHERE EXISTS (SELECT 1 FROM "MailServerVersion" WHERE "mailServerId" = server.id)
    AND NOT EXISTS (
        SELECT 1 FROM "MailServerVersion"
        WHERE "mailServerId" = server.id AND ("createdById" IS NOT NULL OR settings->>'host' <> '127.0.0.1'));

-- What went there, also when the server was given another address later.
UPDATE "OutboundMail" mail SET "kept" = true
    FROM "DeliveryAttempt" attempt JOIN "MailServerVersion" version ON version.id = attempt."mailServerVersionId"
    WHERE mail.state = 'sent' AND attempt."mailId" = mail.id AND attempt.number = mail.attempts
    AND attempt.outcome = 'accepted' AND version."createdById" IS NULL AND version.settings->>'host' = '127.0.0.1';

-- What is uncertain already went out once for each such attempt. It goes out again later, or waits for a person.
UPDATE "OutboundMail" mail SET "unconfirmed" = least(3, copies.count),
    "dueAt" = CASE WHEN copies.count >= 3 THEN mail."expiresAt" ELSE mail."dueAt" END
    FROM (SELECT "mailId", count(*)::int AS count FROM "DeliveryAttempt" WHERE outcome = 'uncertain' GROUP BY 1) copies
    WHERE copies."mailId" = mail.id AND mail.state = 'uncertain';

INSERT INTO "OutboxTurn" ("rank", "tenantKey")
    SELECT rank, '00000000-0000-0000-0000-000000000000' FROM generate_series(0, 2) AS rank;
