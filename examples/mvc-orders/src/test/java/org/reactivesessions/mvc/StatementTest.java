package org.reactivesessions.mvc;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What is compared does the same. */
class StatementTest {

    private static final Path OTHER =
            Path.of("../webflux-orders/src/main/java/org/reactivesessions/orders/ledger/LedgerSql.java");

    private static String oneLine(String text) {
        return text.replaceAll("\\s+", " ");
    }

    @Test
    void theStatementMustBeThatOfTheOtherService() throws Exception {
        String numbered = oneLine(Files.readString(OTHER));

        assertThat(numbered.replaceAll("\\$\\d", "?")).contains(oneLine(Ledger.BOOK));
    }
}
