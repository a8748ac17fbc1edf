package org.reactivesessions.orders;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;

/** What cannot be set keeps the service from starting, and is named. */
class SettingsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    --orders.transactions=both    | orders.transactions must be sessions or plain, but was "both"
                    --orders.load.clients=0       | orders.load.clients must be from 1 to 1000, but was 0
                    --orders.load.pause=1m        | orders.load.pause must be from 0 to 10s, but was PT1M
                    --orders.load.leaving=1       | orders.load.leaving must be >= 2, but was 1
                    --orders.chaos.hold=0         | orders.chaos.hold must be from 1ms to 1m, but was PT0S
                    """)
    void aWrongSettingMustBeNamed(String setting, String reason) {
        SpringApplication application = OrdersApplication.application();

        assertThatThrownBy(() -> application
                        .run(
                                "--server.port=0",
                                "--orders.database-url=postgresql://nobody@127.0.0.1:1/nothing",
                                setting)
                        .close())
                .hasStackTraceContaining(reason);
    }
}
