package org.reactivesessions.spring;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.transaction.annotation.ProxyTransactionManagementConfiguration;

/**
 * Puts {@link SessionsTransactionInterceptor} where {@code @EnableTransactionManagement} has put Spring's own, so that
 * {@code @Transactional} methods run on {@code withTransaction}. To be declared by a static {@code @Bean} method. An interceptor that
 * the application has defined itself stays, and so do those of AspectJ mode.
 *
 * @since 0.1
 */
public final class SessionsTransactionAdvice implements BeanDefinitionRegistryPostProcessor {

    private static final String INTERCEPTOR = "transactionInterceptor";

    /** Creates the advice. */
    public SessionsTransactionAdvice() {}

    @Override
    public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
        if (!registry.containsBeanDefinition(INTERCEPTOR)
                || !isSprings(registry.getBeanDefinition(INTERCEPTOR).getFactoryBeanName())) {
            return;
        }
        RootBeanDefinition ours = new RootBeanDefinition(SessionsTransactionInterceptor.class);
        ours.setRole(BeanDefinition.ROLE_INFRASTRUCTURE);
        registry.removeBeanDefinition(INTERCEPTOR);
        registry.registerBeanDefinition(INTERCEPTOR, ours);
    }

    private static boolean isSprings(@Nullable String declaredBy) {
        return ProxyTransactionManagementConfiguration.class.getName().equals(declaredBy);
    }

    @Override
    public void postProcessBeanFactory(ConfigurableListableBeanFactory factory) {
        // The definitions are all there is to change.
    }
}
