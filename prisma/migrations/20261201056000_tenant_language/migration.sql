-- AlterTable
ALTER TABLE "Tenant" ADD COLUMN "locale" TEXT;
