-- DropIndex
DROP INDEX "DeliveryAttempt_mailId_number_key";

-- AlterTable
ALTER TABLE "DeliveryAttempt" DROP CONSTRAINT "DeliveryAttempt_pkey",
DROP COLUMN "id",
ADD CONSTRAINT "DeliveryAttempt_pkey" PRIMARY KEY ("mailId", "number");
