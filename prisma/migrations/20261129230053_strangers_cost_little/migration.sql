-- DropForeignKey
ALTER TABLE "LinkToken" DROP CONSTRAINT "LinkToken_userId_fkey";

-- AlterTable
ALTER TABLE "AuditEvent" ADD COLUMN     "count" INTEGER NOT NULL DEFAULT 1;

-- AlterTable
ALTER TABLE "LinkToken" ADD COLUMN     "revokedAs" TEXT;

-- What was counted before is forgotten: its windows are minutes long.
DELETE FROM "RateLimit";

-- AlterTable
ALTER TABLE "RateLimit" DROP COLUMN "expire",
ADD COLUMN     "expiresAt" TIMESTAMPTZ(3) NOT NULL,
ADD COLUMN     "refused" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "subject" TEXT;

-- CreateTable
CREATE TABLE "AuditControl" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "retentionDays" INTEGER NOT NULL,

    CONSTRAINT "AuditControl_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "RateLimit_subject_idx" ON "RateLimit"("subject");

-- CreateIndex
CREATE INDEX "RateLimit_expiresAt_idx" ON "RateLimit"("expiresAt");

-- AddForeignKey
ALTER TABLE "LinkToken" ADD CONSTRAINT "LinkToken_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE SET NULL ON UPDATE CASCADE;
