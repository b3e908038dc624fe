-- AlterTable
ALTER TABLE "AlarmRecipient" ADD COLUMN     "criticalCount" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "criticalHourAt" TIMESTAMPTZ(3),
ADD COLUMN     "criticalToldAt" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "AlarmImage" (
    "id" UUID NOT NULL,
    "tenantId" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "size" INTEGER NOT NULL,
    "width" INTEGER NOT NULL,
    "height" INTEGER NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "AlarmImage_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "MailImage" (
    "hash" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "image" BYTEA NOT NULL,

    CONSTRAINT "MailImage_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "MailImageUse" (
    "mailId" UUID NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "MailImageUse_pkey" PRIMARY KEY ("mailId","hash")
);

-- CreateIndex
CREATE INDEX "AlarmImage_hash_idx" ON "AlarmImage"("hash");

-- CreateIndex
CREATE UNIQUE INDEX "AlarmImage_tenantId_name_key" ON "AlarmImage"("tenantId", "name");

-- CreateIndex
CREATE INDEX "MailImageUse_hash_idx" ON "MailImageUse"("hash");

-- AddForeignKey
ALTER TABLE "AlarmImage" ADD CONSTRAINT "AlarmImage_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "AlarmImage" ADD CONSTRAINT "AlarmImage_hash_fkey" FOREIGN KEY ("hash") REFERENCES "MailImage"("hash") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MailImageUse" ADD CONSTRAINT "MailImageUse_mailId_fkey" FOREIGN KEY ("mailId") REFERENCES "OutboundMail"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "MailImageUse" ADD CONSTRAINT "MailImageUse_hash_fkey" FOREIGN KEY ("hash") REFERENCES "MailImage"("hash") ON DELETE RESTRICT ON UPDATE CASCADE;
