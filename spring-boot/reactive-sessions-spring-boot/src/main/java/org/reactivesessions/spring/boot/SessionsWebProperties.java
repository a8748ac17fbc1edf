package org.reactivesessions.spring.boot;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What WebFlux does with sessions. Immutable.
 *
 * @param problemDetails Whether failures of sessions that nobody else has answered are answered with problem details
 * @param paths Patterns of the paths each request of which is a transaction, such as /orders/**
 * @param maxBuffered Number of bytes of an answer that are held back until COMMIT, and of a request that are read before the transaction
 * @param timeout Time each of these transactions may take until COMMIT is sent
 * @since 0.1
 */
@ConfigurationProperties("reactive-sessions.web")
public record SessionsWebProperties(
        @DefaultValue("true") boolean problemDetails,
        @DefaultValue List<String> paths,
        @DefaultValue("256KB") DataSize maxBuffered,
        @Nullable Duration timeout) {}
