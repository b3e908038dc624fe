-- AlterTable
ALTER TABLE "MailServerVersion" ADD COLUMN     "enteredRefreshToken" TEXT;
