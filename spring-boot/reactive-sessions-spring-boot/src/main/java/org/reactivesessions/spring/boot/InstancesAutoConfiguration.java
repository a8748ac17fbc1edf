package org.reactivesessions.spring.boot;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;

/**
 * Sessions of further databases: {@code reactive-sessions.instances.<name>.*} makes the beans {@code <name>Sessions},
 * {@code <name>ConnectionFactory}, {@code <name>TransactionManager} and {@code <name>TransactionalOperator}, all of which are asked for
 * with {@code @Qualifier("<name>")}; methods are run in its transactions by {@code @Transactional("<name>")}.
 *
 * @since 0.1
 */
@AutoConfiguration(before = {R2dbcAutoConfiguration.class, OwnPoolAutoConfiguration.class})
@ConditionalOnBooleanProperty(name = "reactive-sessions.enabled", matchIfMissing = true)
@Conditional(InstancesRegistrar.HasInstances.class)
@Import({SessionsConfiguration.class, InstancesRegistrar.class, InstanceTransactions.class})
public final class InstancesAutoConfiguration {}
