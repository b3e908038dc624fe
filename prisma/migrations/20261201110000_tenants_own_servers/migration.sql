-- AlterTable
ALTER TABLE "DeliveryAttempt" ADD COLUMN     "route" TEXT;

-- AlterTable
ALTER TABLE "DkimKey" ADD COLUMN     "tenantId" UUID;

-- AlterTable
ALTER TABLE "MailServer" ADD COLUMN     "tenantEnabled" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "tenantId" UUID;

-- AlterTable
ALTER TABLE "OutboundMail" ADD COLUMN     "countedAt" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "TenantMailPolicy" (
    "tenantId" UUID NOT NULL,
    "servers" TEXT NOT NULL DEFAULT 'system',
    "accountMails" BOOLEAN NOT NULL DEFAULT false,
    "fallsBack" BOOLEAN NOT NULL DEFAULT false,
    "senderDomains" TEXT NOT NULL DEFAULT '',
    "mailFrom" TEXT NOT NULL DEFAULT '',
    "maxPerMinute" INTEGER,
    "maxPerDay" INTEGER,

    CONSTRAINT "TenantMailPolicy_pkey" PRIMARY KEY ("tenantId")
);

-- CreateTable
CREATE TABLE "TenantMailUse" (
    "tenantId" UUID NOT NULL,
    "class" TEXT NOT NULL,
    "minuteAt" TIMESTAMPTZ(3) NOT NULL,
    "minuteCount" INTEGER NOT NULL,
    "dayAt" TIMESTAMPTZ(3) NOT NULL,
    "dayCount" INTEGER NOT NULL,

    CONSTRAINT "TenantMailUse_pkey" PRIMARY KEY ("tenantId","class")
);

-- CreateIndex
CREATE INDEX "DkimKey_tenantId_idx" ON "DkimKey"("tenantId");

-- CreateIndex
CREATE INDEX "MailServer_tenantId_idx" ON "MailServer"("tenantId");

-- AddForeignKey
ALTER TABLE "TenantMailPolicy" ADD CONSTRAINT "TenantMailPolicy_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "TenantMailUse" ADD CONSTRAINT "TenantMailUse_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "TenantMailPolicy"("tenantId") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MailServer" ADD CONSTRAINT "MailServer_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "DkimKey" ADD CONSTRAINT "DkimKey_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Older nodes take every enabled server for one of the installation: one of a tenant is never that.
ALTER TABLE "MailServer" ADD CONSTRAINT "MailServer_of_tenant" CHECK ("tenantId" IS NULL OR NOT (enabled OR builtin));

CREATE TRIGGER sending_changed AFTER INSERT OR UPDATE OR DELETE ON "TenantMailPolicy"
    FOR EACH STATEMENT EXECUTE FUNCTION latchkey_sending_changed();
