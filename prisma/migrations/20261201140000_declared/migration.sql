-- AlterTable
ALTER TABLE "Customer" ADD COLUMN     "declared" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "Installation" ADD COLUMN     "declared" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "MailServer" ADD COLUMN     "declared" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "Tenant" ADD COLUMN     "declared" BOOLEAN NOT NULL DEFAULT false;
