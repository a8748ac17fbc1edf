package org.reactivesessions.spring.boot;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What WebFlux does with sessions. Immutable.
 *
 * @param problemDetails Whether failures of sessions that nobody else has answered are answered with problem details
 * @since 0.1
 */
@ConfigurationProperties("reactive-sessions.web")
public record SessionsWebProperties(@DefaultValue("true") boolean problemDetails) {}
