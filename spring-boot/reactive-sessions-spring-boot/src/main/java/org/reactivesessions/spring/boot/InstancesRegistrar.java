package org.reactivesessions.spring.boot;

import io.r2dbc.spi.ConnectionFactory;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.reactivesessions.spring.SessionsTransactionManager;
import org.reactivesessions.spring.SessionsTransactionalOperator;
import org.reactivesessions.spring.SpringSessions;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.RuntimeBeanReference;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Registers the beans of each instance. Beside a database of the application's that has no name they are found by their qualifier
 * only; without one they are like any other beans.
 */
final class InstancesRegistrar implements ImportBeanDefinitionRegistrar {

    private static final Bindable<Map<String, DatabaseProperties>> INSTANCES =
            Bindable.mapOf(String.class, DatabaseProperties.class);

    private final Environment environment;

    InstancesRegistrar(Environment environment) {
        this.environment = environment;
    }

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
        boolean transactions = environment.getProperty("reactive-sessions.transactions.enabled", Boolean.class, true);
        boolean alone = !hasDefault(registry);
        names(environment).forEach(name -> register(name, alone, transactions, registry));
    }

    private static Set<String> names(Environment environment) {
        return Binder.get(environment)
                .bind("reactive-sessions.instances", INSTANCES)
                .orElse(Map.of())
                .keySet();
    }

    /** Whether there is any. */
    static final class HasInstances implements Condition {

        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return !names(context.getEnvironment()).isEmpty();
        }
    }

    private boolean hasDefault(BeanDefinitionRegistry registry) {
        return Stream.of(
                                "reactive-sessions.url",
                                "reactive-sessions.host",
                                "reactive-sessions.database",
                                "spring.r2dbc.url")
                        .anyMatch(environment::containsProperty)
                || (registry instanceof ListableBeanFactory beans
                        && (beans.getBeanNamesForType(ConnectionFactory.class, true, false).length > 0
                                || beans.getBeanNamesForType(R2dbcConnectionDetails.class, true, false).length > 0));
    }

    private static void register(String name, boolean alone, boolean transactions, BeanDefinitionRegistry registry) {
        RootBeanDefinition sessions = named(name, alone, new RootBeanDefinition(InstanceSessions.class));
        sessions.setAutowireMode(AbstractBeanDefinition.AUTOWIRE_CONSTRUCTOR);
        sessions.getConstructorArgumentValues().addIndexedArgumentValue(0, name);
        sessions.setAttribute(FactoryBean.OBJECT_TYPE_ATTRIBUTE, SpringSessions.class);
        registry.registerBeanDefinition(name + "Sessions", sessions);

        // By a static method: conditions do not look at beans that a factory bean makes.
        RootBeanDefinition factory = named(name, alone, new RootBeanDefinition(InstanceSessions.class));
        factory.setFactoryMethodName("connectionFactory");
        factory.setTargetType(ConnectionFactory.class);
        factory.getConstructorArgumentValues().addIndexedArgumentValue(0, new RuntimeBeanReference(name + "Sessions"));
        registry.registerBeanDefinition(name + "ConnectionFactory", factory);

        if (transactions) {
            RootBeanDefinition manager = named(name, alone, new RootBeanDefinition(SessionsTransactionManager.class));
            manager.getConstructorArgumentValues()
                    .addIndexedArgumentValue(0, new RuntimeBeanReference(name + "Sessions"));
            registry.registerBeanDefinition(name + "TransactionManager", manager);

            RootBeanDefinition operator =
                    named(name, alone, new RootBeanDefinition(SessionsTransactionalOperator.class));
            operator.setFactoryMethodName("of");
            operator.getConstructorArgumentValues()
                    .addIndexedArgumentValue(0, new RuntimeBeanReference(name + "Sessions"));
            registry.registerBeanDefinition(name + "TransactionalOperator", operator);
        }
    }

    private static RootBeanDefinition named(String name, boolean alone, RootBeanDefinition definition) {
        definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, name));
        definition.setDefaultCandidate(alone);
        return definition;
    }
}
