package dev.fairway.sample.ledger;

import dev.fairway.dispatcher.ClockedDispatcher;
import dev.fairway.spring.ClockedDispatcherCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/**
 * Goes on where an earlier run of the application has ended: with the next timestamp, and with what it stored and did not
 * announce. With the embedded database there is none.
 */
@Configuration(proxyBeanMethods = false)
class LedgerStart {
    private static final Logger log = LoggerFactory.getLogger(LedgerStart.class);

    @Bean
    static ClockedDispatcherCustomizer ledgerGoesOn(PrintedDocuments documents) {
        return new ClockedDispatcherCustomizer() {
            @Override
            public void customize(String name, ClockedDispatcher.Builder<?> builder) {
                if (name.equals("ledger")) {
                    builder.startAfter(documents.lastTimestamp());
                }
            }
        };
    }

    /** Before anything is imported. */
    @Bean
    @Order(0)
    ApplicationRunner ledgerCatchesUp(PrintedDocuments documents, PrintLedger ledger) {
        return new ApplicationRunner() {
            @Override
            public void run(ApplicationArguments arguments) throws InterruptedException {
                for (DocumentPrinted document : documents.notAnnounced()) {
                    ledger.announce(document);
                    log.info("Announced document {}, which an earlier run has stored", document.id());
                }
            }
        };
    }
}
