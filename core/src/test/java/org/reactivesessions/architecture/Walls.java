package org.reactivesessions.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;

/** The rules. Each names packages by their last part, so that it can be held against planted ones as well. */
final class Walls {

    static final ArchRule ONLY_POOL_KNOWS_THE_POOL = noClasses()
            .that()
            .resideOutsideOfPackage("..pool..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.r2dbc.pool..", "reactor.pool..")
            .because("a fault of the pool must be solved in one room");

    static final ArchRule ONLY_RESILIENCE_KNOWS_RESILIENCE4J = noClasses()
            .that()
            .resideOutsideOfPackage("..resilience..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.github.resilience4j..")
            .because("when the database is asked is decided in one room");

    static final ArchRule NOBODY_KNOWS_A_DRIVER = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.r2dbc.postgresql..", "io.r2dbc.h2..", "io.netty..")
            .because("core speaks to any driver through its dialect");

    static final ArchRule NOBODY_KNOWS_MICROMETER = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.micrometer..")
            .because("all but its own module works without it");

    static final ArchRule ERROR_KNOWS_NOBODY =
            arrow("..error..", "..wire..", "..dialect..", "..pool..", "..transaction..", "..observation..");

    static final ArchRule OBSERVATION_KNOWS_ERROR =
            arrow("..observation..", "..wire..", "..dialect..", "..pool..", "..transaction..");

    static final ArchRule WIRE_KNOWS_ERROR =
            arrow("..wire..", "..dialect..", "..pool..", "..transaction..", "..observation..");

    static final ArchRule DIALECT_KNOWS_WIRE = arrow("..dialect..", "..pool..", "..transaction..", "..observation..");

    static final ArchRule POOL_KNOWS_DIALECT = arrow("..pool..", "..transaction..", "..resilience..", "..health..");

    static final ArchRule RESILIENCE_KNOWS_POOL =
            arrow("..resilience..", "..transaction..", "..health..", "..dialect..");

    static final ArchRule HEALTH_KNOWS_POOL = arrow("..health..", "..transaction..", "..resilience..");

    static final ArchRule NOBODY_KNOWS_THE_DOOR = noClasses()
            .that()
            .resideOutsideOfPackages("org.reactivesessions", "org.reactivesessions.planted")
            .should()
            .dependOnClassesThat(are(resideInAnyPackage("org.reactivesessions", "org.reactivesessions.planted")))
            .because("arrows point from the door down");

    static final ArchRule NOBODY_BLOCKS = noClasses()
            .should(call(
                    Set.of("block", "blockFirst", "blockLast", "blockOptional", "toIterable", "toStream", "sleep")))
            .because("an event loop must not be blocked");

    /** Moments that are shown to somebody come from a scheduler, which is no limit of anything. */
    static final ArchRule NO_LIMIT_GOES_BY_A_CLOCK_THAT_CAN_BE_SET = noClasses()
            .should(read("java.lang.System", "currentTimeMillis"))
            .orShould(read("java.time.Instant", "now"))
            .orShould(read("java.time.LocalDateTime", "now"))
            .orShould(read("java.time.OffsetDateTime", "now"))
            .orShould(read("java.time.ZonedDateTime", "now"))
            .orShould(read("java.time.InstantSource", "system"))
            .orShould(read("java.time.Clock", "system.*"))
            .orShould(read("java.util.Date", "<init>"))
            .because("a limit must not end because somebody has set the computer's clock; System.nanoTime goes on");

    static final ArchRule NO_ROOM_WITHOUT_A_NAME = noClasses()
            .should()
            .resideInAnyPackage("..internal..", "..impl..", "..util..", "..common..", "..helper..")
            .because("a package is called after its one job");

    private Walls() {}

    static ArchRule noCycles(String slices) {
        return slices().matching(slices).should().beFreeOfCycles();
    }

    private static ArchRule arrow(String from, String... notTo) {
        return noClasses()
                .that()
                .resideInAPackage("org.reactivesessions" + from)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(prefixed(notTo))
                .because("arrows point one way");
    }

    private static String[] prefixed(String... packages) {
        String[] ours = new String[packages.length];
        for (int i = 0; i < packages.length; i++) {
            ours[i] = "org.reactivesessions" + packages[i];
        }
        return ours;
    }

    /** By a call, or by a reference to the method. */
    private static ArchCondition<JavaClass> read(String owner, String method) {
        return new ArchCondition<>("read " + owner + "." + method) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                    boolean reads = access.getTargetOwner().getFullName().equals(owner)
                            && access.getName().matches(method);
                    events.add(new SimpleConditionEvent(type, reads, access.getDescription()));
                }
            }
        };
    }

    private static ArchCondition<JavaClass> call(Set<String> methods) {
        return new ArchCondition<>("call one of " + methods) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                    String owner = access.getTargetOwner().getFullName();
                    boolean blocks = methods.contains(access.getName())
                            && (owner.startsWith("reactor.core.publisher.") || owner.equals("java.lang.Thread"));
                    events.add(new SimpleConditionEvent(type, blocks, access.getDescription()));
                }
            }
        };
    }
}
