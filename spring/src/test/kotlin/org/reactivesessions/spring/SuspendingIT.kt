package org.reactivesessions.spring

import java.io.IOException
import java.util.function.Supplier
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.reactor.awaitSingleOrNull
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.api.extension.ExtendWith
import org.reactivesessions.testkit.server.PostgresExtension
import org.reactivesessions.testkit.server.TestDatabase
import org.springframework.context.annotation.AnnotationConfigApplicationContext
import org.springframework.r2dbc.core.DatabaseClient
import org.springframework.transaction.UnexpectedRollbackException
import org.springframework.transaction.reactive.TransactionalOperator
import org.springframework.transaction.reactive.executeAndAwait
import org.springframework.transaction.reactive.transactional

/** Suspending functions and flows, in `@Transactional` methods and in the operator. */
@ExtendWith(PostgresExtension::class)
class SuspendingIT(database: TestDatabase) {

    private val fixture = Fixture.on(database)
    private val operator: TransactionalOperator = SessionsTransactionalOperator.of(fixture.sessions())
    private val context = AnnotationConfigApplicationContext().apply {
        registerBean(DatabaseClient::class.java, Supplier { DatabaseClient.create(fixture.pool()) })
        registerBean(SessionsTransactionManager::class.java, Supplier { SessionsTransactionManager(fixture.sessions()) })
        register(
            TransactionSemantics.Proxies::class.java,
            SessionsTransactionAdvice::class.java,
            SuspendingItems::class.java,
        )
        refresh()
    }
    private val items = context.getBean(SuspendingItems::class.java)

    @AfterEach
    fun close() {
        context.close()
        fixture.close()
    }

    /** Where a coroutine waits for somebody who never comes, the test ends. */
    private fun <T> run(work: suspend () -> T): T = runBlocking(Dispatchers.Default) {
        withTimeout(Fixture.PATIENCE.toMillis()) { work() }
    }

    private fun sum() = fixture.read("SELECT coalesce(sum(id), 0) FROM item")

    @Test
    fun aSuspendingMethodMustBeOneTransaction() {
        val both = run {
            items.required {
                items.insert(1)
                listOf(items.transaction(), items.transaction())
            }
        }
        assertThat(both[0]).isEqualTo(both[1])
        assertThat(sum()).isEqualTo(1)
        assertThat(fixture.pool().metrics.orElseThrow().allocatedSize()).isZero()
    }

    @Test
    fun aMethodThatReturnsNothingMustCommit() {
        assertThat(run { items.nothing { items.insert(1) } }).isNull()
        assertThat(sum()).isEqualTo(1)
    }

    @Test
    fun anExceptionMustRollBackAndComeAsItIs() {
        val thrown = assertThrows<IllegalStateException> {
            run {
                items.required {
                    items.insert(1)
                    error("mine")
                }
            }
        }
        assertThat(thrown).hasMessage("mine")
        assertThat(sum()).isZero()
    }

    @Test
    fun rollbackRulesMustDecide() {
        assertThrows<IllegalArgumentException> {
            run {
                items.withRules {
                    items.insert(1)
                    throw IllegalArgumentException("commits")
                }
            }
        }
        assertThrows<IOException> {
            run {
                items.withRules {
                    items.insert(2)
                    throw IOException("rolls back")
                }
            }
        }
        assertThat(sum()).isEqualTo(1)
    }

    @Test
    fun aMethodInsideAnotherMustJoinNestOrStandAlone() {
        run {
            items.required {
                val outer = items.transaction()
                assertThat(items.required { items.transaction() }).isEqualTo(outer)
                assertThat(items.requiresNew { items.transaction() }).isNotEqualTo(outer)
                items.insert(1)
                runCatching {
                    items.nested {
                        items.insert(2)
                        error("undoes the savepoint")
                    }
                }
                items.insert(4)
            }
        }
        assertThat(sum()).isEqualTo(1 + 4)
    }

    @Test
    fun aFailedPartMustKeepTheWholeFromCommitting() {
        assertThrows<UnexpectedRollbackException> {
            run {
                items.required {
                    runCatching { items.required { error("caught too late") } }
                    items.insert(1)
                }
            }
        }
        assertThat(sum()).isZero()
    }

    @Test
    fun aCancelledCoroutineMustRollBack() {
        run {
            val inserted = CompletableDeferred<Unit>()
            val job = CoroutineScope(Dispatchers.Default).launch {
                items.required {
                    items.insert(1)
                    inserted.complete(Unit)
                    awaitCancellation()
                }
            }
            inserted.await()
            job.cancelAndJoin()
            fixture.sessions().quiesced().awaitSingleOrNull()
        }
        assertThat(sum()).isZero()
        assertThat(fixture.sessions().poolStatus().acquired()).isZero()
    }

    @Test
    fun aFlowMustBeOneTransaction() {
        assertThat(run { items.inserted(1..3).toList() }).containsExactly(1, 2, 3)
        assertThat(sum()).isEqualTo(6)
        assertThat(run { items.insertedLater(4..5).toList() }).containsExactly(4, 5)
        assertThat(sum()).isEqualTo(15)
    }

    @Test
    fun aFlowThatIsLeftMustRollBack() {
        assertThat(run { items.inserted(1..100).first() }).isEqualTo(1)
        run { fixture.sessions().quiesced().awaitSingleOrNull() }
        assertThat(sum()).isZero()
    }

    @Test
    fun theOperatorMustRunSuspendingWork() {
        assertThat(run { operator.executeAndAwait { items.insert(1) } }).isEqualTo(1)
        run {
            operator.executeAndAwait { transaction ->
                items.insert(2)
                transaction.setRollbackOnly()
            }
        }
        assertThrows<IllegalStateException> {
            run {
                operator.executeAndAwait {
                    items.insert(4)
                    error("mine")
                }
            }
        }
        assertThat(sum()).isEqualTo(1)
    }

    @Test
    fun theOperatorMustRunFlows() {
        val ids = flow {
            for (id in 1..2) {
                items.insert(id)
                emit(items.transaction())
            }
        }
        val transactions = run { ids.transactional(operator).toList() }
        assertThat(transactions).hasSize(2)
        assertThat(transactions.toSet()).hasSize(1)
        assertThrows<IllegalStateException> {
            run {
                flow<Int> {
                    items.insert(4)
                    error("mine")
                }.transactional(operator).toList()
            }
        }
        assertThat(sum()).isEqualTo(3)
    }
}
