package org.reactivesessions.spring;

import java.lang.reflect.Method;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.spring.TransactionalWork.Attempted;
import org.reactivestreams.Publisher;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.KotlinDetector;
import org.springframework.core.MethodClassKey;
import org.springframework.core.MethodParameter;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.annotation.TransactionManagementConfigurer;
import org.springframework.transaction.interceptor.TransactionAttribute;
import org.springframework.transaction.interceptor.TransactionAttributeSource;
import org.springframework.transaction.interceptor.TransactionInterceptor;
import org.springframework.util.ClassUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Spring's advice for {@code @Transactional}, which runs methods on {@code withTransaction} where their transaction manager is a
 * {@link SessionsTransactionManager}, and leaves those of any other as they are. See {@link SessionsTransactionalOperator}; rollback
 * rules decide which errors roll back, and the name is that of the method. Thread-safe.
 *
 * @since 0.1
 */
@SuppressWarnings("serial") // as its parent, which is serializable for what nobody does
public final class SessionsTransactionInterceptor extends TransactionInterceptor {

    private static final String FLOW = "kotlinx.coroutines.flow.Flow";

    private final transient Map<MethodClassKey, TransactionalWork> works = new ConcurrentHashMap<>();

    /**
     * Creates an interceptor.
     *
     * @param attributes what is said of which method
     * @param configurers whoever names the manager of methods that name none
     */
    public SessionsTransactionInterceptor(
            TransactionAttributeSource attributes, ObjectProvider<TransactionManagementConfigurer> configurers) {
        setTransactionAttributeSource(attributes);
        configurers.ifUnique(configurer -> setTransactionManager(configurer.annotationDrivenTransactionManager()));
    }

    @Override
    protected @Nullable Object invokeWithinTransaction(
            Method method, @Nullable Class<?> targetClass, InvocationCallback invocation) throws Throwable {
        TransactionAttributeSource source = getTransactionAttributeSource();
        TransactionAttribute attribute = source == null ? null : source.getTransactionAttribute(method, targetClass);
        if (attribute == null) {
            return super.invokeWithinTransaction(method, targetClass, invocation);
        }
        TransactionManager manager = determineTransactionManager(attribute, targetClass);
        Class<?> type = reactiveType(method);
        ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(type);
        if (!(manager instanceof SessionsTransactionManager ours) || adapter == null) {
            return super.invokeWithinTransaction(method, targetClass, invocation); // which also says what is wrong
        }
        TransactionalWork work = works.computeIfAbsent(
                new MethodClassKey(method, targetClass),
                key -> new TransactionalWork(
                        ours.sessions(), attribute, ClassUtils.getQualifiedMethodName(method, targetClass)));
        Predicate<Attempted> undoing = attempted -> {
            boolean undone = attribute.rollbackOn(attempted.error());
            if (undone) {
                invocation.onRollback(attempted.error(), attempted.transaction());
            }
            return undone;
        };
        if (Mono.class.isAssignableFrom(type)) {
            return work.mono(undoing, transaction -> Mono.from(proceed(invocation, adapter)));
        }
        Flux<Object> elements = work.flux(undoing, transaction -> proceed(invocation, adapter));
        return KotlinDetector.isSuspendingFunction(method) ? elements : adapter.fromPublisher(elements);
    }

    private static Publisher<Object> proceed(InvocationCallback invocation, ReactiveAdapter adapter) {
        try {
            return adapter.toPublisher(Objects.requireNonNull(invocation.proceedWithInvocation()));
        } catch (Throwable thrown) {
            return Mono.error(thrown);
        }
    }

    /** What comes out of the method underneath: a suspending function is a mono, or a flux of its flow. */
    private static Class<?> reactiveType(Method method) {
        if (!KotlinDetector.isSuspendingFunction(method)) {
            return method.getReturnType();
        }
        Class<?> returned = new MethodParameter(method, -1).getParameterType();
        return FLOW.equals(returned.getName()) ? Flux.class : Mono.class;
    }
}
