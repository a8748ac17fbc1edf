package org.reactivesessions.spring

import java.io.IOException
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import org.springframework.r2dbc.core.DatabaseClient
import org.springframework.r2dbc.core.awaitRowsUpdated
import org.springframework.r2dbc.core.awaitSingle
import org.springframework.transaction.annotation.Propagation
import org.springframework.transaction.annotation.Transactional

/** A service as applications in Kotlin have them: it knows of Spring only. */
open class SuspendingItems(private val client: DatabaseClient) {

    open suspend fun insert(id: Int): Long =
        client.sql("INSERT INTO item VALUES ($1)").bind(0, id).fetch().awaitRowsUpdated()

    /** Tells whether two statements are in one transaction, by which of them there is. */
    open suspend fun transaction(): Long =
        client.sql("SELECT txid_current()").map { row -> row.get(0, java.lang.Long::class.java)!!.toLong() }.awaitSingle()

    @Transactional
    open suspend fun <T> required(work: suspend () -> T): T = work()

    @Transactional
    open suspend fun nothing(work: suspend () -> Unit): String? {
        work()
        return null
    }

    @Transactional(propagation = Propagation.REQUIRES_NEW)
    open suspend fun <T> requiresNew(work: suspend () -> T): T = work()

    @Transactional(propagation = Propagation.NESTED)
    open suspend fun <T> nested(work: suspend () -> T): T = work()

    @Transactional(rollbackFor = [IOException::class], noRollbackFor = [IllegalArgumentException::class])
    open suspend fun <T> withRules(work: suspend () -> T): T = work()

    @Transactional
    open fun inserted(ids: IntRange): Flow<Int> = flow {
        for (id in ids) {
            insert(id)
            emit(id)
        }
    }

    @Transactional
    open suspend fun insertedLater(ids: IntRange): Flow<Int> {
        transaction()
        return inserted(ids)
    }
}
