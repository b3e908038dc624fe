-- AlterTable
ALTER TABLE "InboxMail" ADD COLUMN     "readAt" TIMESTAMPTZ(3);
