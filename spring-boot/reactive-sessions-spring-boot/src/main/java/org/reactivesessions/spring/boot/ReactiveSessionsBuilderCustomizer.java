package org.reactivesessions.spring.boot;

import org.reactivesessions.ReactiveSessionsBuilder;

/**
 * A bean that says what properties cannot say about sessions on the application's connection factory. It comes after the properties, and several come in
 * their order. Must be thread-safe only if it is used elsewhere.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface ReactiveSessionsBuilderCustomizer {

    /**
     * Changes what is being built.
     *
     * @param builder the builder, with the properties in it
     */
    void customize(ReactiveSessionsBuilder builder);
}
