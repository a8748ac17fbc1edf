package org.reactivesessions.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivesessions.spring.web.AnsweredErrors;
import org.reactivesessions.spring.web.SessionProblemHandler;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.http.codec.autoconfigure.CodecsAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.server.WebFilter;

/** What can be set of requests that are transactions, and what cannot. */
class WebTransactionsTest {

    private static final String URL = "reactive-sessions.url=postgresql://user:hidden@localhost:1/db";

    private final ReactiveWebApplicationContextRunner context = new ReactiveWebApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    OwnPoolAutoConfiguration.class,
                    GivenDatabaseAutoConfiguration.class,
                    SessionsWebAutoConfiguration.class,
                    CodecsAutoConfiguration.class,
                    WebFluxAutoConfiguration.class,
                    HttpHandlerAutoConfiguration.class));

    @Test
    void pathsMustMakeAFilter() {
        context.withPropertyValues(URL, "reactive-sessions.web.paths=/orders/**,/transfers")
                .withPropertyValues("reactive-sessions.web.max-buffered=1MB", "reactive-sessions.web.timeout=5s")
                .run(started -> assertThat(started).hasBean("sessionsWebFilter").hasSingleBean(AnsweredErrors.class));
    }

    @Test
    void withoutPathsThereMustBeNone() {
        context.withPropertyValues(URL, "reactive-sessions.web.paths=")
                .run(started -> assertThat(started)
                        .hasNotFailed()
                        .doesNotHaveBean("sessionsWebFilter")
                        .doesNotHaveBean(AnsweredErrors.class));
    }

    @Test
    void switchedOffThereMustBeNothing() {
        context.withPropertyValues("reactive-sessions.enabled=false", "reactive-sessions.web.paths=/orders/**")
                .run(started -> assertThat(started)
                        .hasNotFailed()
                        .doesNotHaveBean("sessionsWebFilter")
                        .doesNotHaveBean(SessionProblemHandler.class));
    }

    @Test
    void aFilterOfTheApplicationMustTakeItsPlace() {
        WebFilter own = (exchange, chain) -> chain.filter(exchange);
        context.withPropertyValues(URL, "reactive-sessions.web.paths=/orders/**")
                .withBean("sessionsWebFilter", WebFilter.class, () -> own)
                .run(started -> assertThat(started.getBean("sessionsWebFilter")).isSameAs(own));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "paths=orders/**       | a path must begin with \"/\", but was \"orders/**\"",
                "paths=/orders/{id     | a path must be a pattern such as \"/orders/**\", but was \"/orders/{id\"",
                "max-buffered=0B       | maxBuffered must be >= 1 byte, but was 0",
                "max-buffered=3GB      | it must be less than 2GB, because it is kept in memory for each request, but was 3072MB",
                "timeout=0s            | timeout must be > 0, but was PT0S"
            })
    void whatCannotBeMustBeSaidWhenTheApplicationStarts(String setting, String reason) {
        context.withPropertyValues(URL, "reactive-sessions.web.paths=/orders/**", "reactive-sessions.web." + setting)
                .run(started -> {
                    assertThat(started).hasFailed();
                    String name = setting.substring(0, setting.indexOf('='));
                    assertThat(Analysis.of(started.getStartupFailure()))
                            .contains("reactive-sessions.web." + name + ": " + reason)
                            .contains("Correct \"reactive-sessions.web." + name + "\"")
                            .doesNotContain("hidden");
                });
    }

    @Test
    void pathsWithoutSessionsMustBeSaid() {
        context.withPropertyValues("reactive-sessions.web.paths=/orders/**")
                .run(started -> assertThat(Analysis.of(started.getStartupFailure()))
                        .contains("reactive-sessions.web.paths is set to [/orders/**]")
                        .contains("Set reactive-sessions.url, or leave reactive-sessions.web.paths out."));
    }

    @Test
    void withoutWebFluxNothingMustBeAskedFor() {
        context.withPropertyValues(URL, "reactive-sessions.web.paths=/orders/**")
                .withClassLoader(new FilteredClassLoader(DispatcherHandler.class))
                .run(started -> assertThat(started).doesNotHaveBean("sessionsWebFilter"));
    }
}
