package dev.fairway.sample.ledger;

import dev.fairway.dispatcher.Message;
import dev.fairway.spring.ClockedListener;
import java.util.List;
import org.springframework.stereotype.Service;

/** Listens to the ledger, and counts what each tenant owes for. When the database fails it tries again, and falls behind. */
@Service
public class Billing {
    private final BillStore bills;

    /** What an earlier run has announced and not charged for comes first: a bill counts in the order of the timestamps. */
    Billing(BillStore bills, PrintedDocuments documents) {
        this.bills = bills;
        documents.forEachNotCharged(this::charge);
    }

    @ClockedListener(dispatcher = "ledger", receiver = "billing")
    void charge(Message<DocumentPrinted> message) {
        charge(message.payload(), message.timestamp());
    }

    private void charge(DocumentPrinted document, long timestamp) {
        bills.charge(document.tenant(), document.html().length(), timestamp);
    }

    /** {@return all bills, by tenant} */
    public List<Bill> bills() {
        return bills.all();
    }
}
